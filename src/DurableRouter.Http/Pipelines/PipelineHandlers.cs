using System.Text.Json;
using DurableRouter.Core.Messages;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Pipelines;

static class PipelineHandlers
{
    public static Task<IResult> List(HttpContext context) =>
        Task.FromResult<IResult>(JsonResult.Ok(RouterApi.Of(context).Definitions, static (json, definitions) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var pipeline in definitions.All)
            {
                json.WriteStartObject();
                WriteHead(json, pipeline);
                json.WriteStartArray("steps");
                foreach (var step in pipeline.Definition.Pipeline.Steps)
                {
                    json.WriteStringValue(step.Id);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));

    public static Task<IResult> Get(HttpContext context) => Task.FromResult<IResult>(JsonResult.Ok(Find(context), static (json, pipeline) =>
    {
        json.WriteStartObject();
        WriteHead(json, pipeline);
        json.WritePropertyName("definition");
        JsonSerializer.Serialize(json, pipeline.Definition.Pipeline, CoreJson.Default.PipelineDefinition);
        json.WriteEndObject();
    }));

    /// <summary>The JSON Schema of the input.</summary>
    public static Task<IResult> Schema(HttpContext context) =>
        Task.FromResult<IResult>(JsonResult.Ok(Find(context), static (json, pipeline) => pipeline.Definition.Pipeline.Input.WriteTo(json)));

    static PublishedPipeline Find(HttpContext context) => RouterApi.Of(context).Definitions.Get(Ids.FromRoute(context, "name"));

    static void WriteHead(Utf8JsonWriter json, PublishedPipeline pipeline)
    {
        var definition = pipeline.Definition;
        json.WriteString("name", pipeline.Name);
        json.WriteString("family", definition.Pipeline.Family);
        json.WriteString("description", definition.Pipeline.Description);
        json.WriteString("version", definition.PipelineVersion);
    }
}
