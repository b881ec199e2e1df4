using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Compilation;

/// <summary>The canonical bytes of definitions.</summary>
public static class DefinitionJson
{
    public static byte[] Write(PipelineDefinition pipeline) =>
        CanonicalJson.Write(JsonSerializer.SerializeToElement(pipeline, CoreJson.Default.PipelineDefinition));

    public static byte[] Write(RunDefinition definition) =>
        CanonicalJson.Write(JsonSerializer.SerializeToElement(definition, CoreJson.Default.RunDefinition));

    /// <summary>A pipeline's version.</summary>
    public static string Version(PipelineDefinition pipeline) => CanonicalJson.Sha256(Write(pipeline));
}
