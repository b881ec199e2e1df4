namespace DurableRouter.Core.Pipelines;

/// <summary>A run's definition with what is derived from it once: compiled schemas, prompt sizes, look-up tables.</summary>
public sealed class CompiledDefinition(string sha256, RunDefinition definition)
{
    public string Sha256 { get; } = sha256;

    public RunDefinition Definition { get; } = definition;
}
