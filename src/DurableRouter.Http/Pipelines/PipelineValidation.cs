using System.Text;
using System.Text.Json;
using DurableRouter.Core.Configuration;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Pipelines;

/// <summary>Checks a pipeline's text against the catalog and routing of this host, without adding it.</summary>
static class PipelineValidation
{
    const string FileName = "pipeline.yaml";

    public static async Task<IResult> Validate(HttpContext context)
    {
        var definitions = RouterApi.Of(context).Definitions;
        var yaml = await ReadAsync(context);
        if (definitions is not { Catalog: { } catalog, Routing: { } routing })
        {
            throw new RefusedException(HttpCodes.NotReady, "This host has no pipelines, so it has no catalog to check against.");
        }

        return JsonResult.Ok(ConfigLoader.LoadPipeline(yaml, FileName, catalog, routing, definitions.Checks, definitions.Tools), Write);
    }

    static async ValueTask<string> ReadAsync(HttpContext context)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type is "text/yaml" or "application/yaml" or "application/x-yaml")
        {
            return await BodyReader.ReadAsync(context, static body => Encoding.UTF8.GetString(body));
        }

        var faults = new MemberFaults();
        string? yaml = null;
        foreach (var member in faults.Members(await BodyReader.JsonAsync(context), ""))
        {
            if (member.Name == "yaml")
            {
                yaml = faults.Text(member.Value, "/yaml", BodyReader.MaxBytes);
            }
            else
            {
                faults.Unknown("", member.Name);
            }
        }

        if (yaml is null && !faults.Any)
        {
            faults.Add("/yaml", "is required");
        }

        faults.ThrowIfAny();
        return yaml!;
    }

    static void Write(Utf8JsonWriter json, PipelineLoadResult result)
    {
        json.WriteStartObject();
        ConfigProblemJson.WriteMembers(json, result.IsValid, result.Problems);
        if (result.Pipeline is { } pipeline)
        {
            PipelineGraph.Write(json, pipeline);
        }
        else
        {
            json.WriteNull("graph");
        }

        json.WriteEndObject();
    }
}
