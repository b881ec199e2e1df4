using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Http.Pipelines;

/// <summary>Writes a pipeline's steps and what they wait for: nodes and edges for a drawing.</summary>
static class PipelineGraph
{
    public static void Write(Utf8JsonWriter json, PipelineDefinition pipeline)
    {
        json.WriteStartObject("graph");
        json.WriteStartArray("nodes");
        foreach (var step in pipeline.Steps)
        {
            json.WriteStartObject();
            json.WriteString("id", step.Id);
            json.WriteString("kind", Words.Of(step.Kind));
            if (step.Tool is { } tool)
            {
                json.WriteString("tool", tool);
            }

            json.WriteBoolean("conditional", step.When is not null);
            json.WriteBoolean("approval", step.Approval is not null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (var step in pipeline.Steps)
        {
            foreach (var need in step.Needs)
            {
                WriteEdge(json, need, step.Id, "needs");
            }

            if (step.Revises is { } revised && step.MaxRevisions > 0)
            {
                WriteEdge(json, step.Id, revised, "revises");
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteEdge(Utf8JsonWriter json, string from, string to, string kind)
    {
        json.WriteStartObject();
        json.WriteString("from", from);
        json.WriteString("to", to);
        json.WriteString("kind", kind);
        json.WriteEndObject();
    }
}
