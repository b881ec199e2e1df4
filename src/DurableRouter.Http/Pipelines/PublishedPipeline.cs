using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Http.Pipelines;

/// <summary>The version of a pipeline that new runs start with.</summary>
public sealed class PublishedPipeline
{
    readonly byte[] _bytes;
    volatile bool _stored;

    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: the input's schema uses a keyword that isn't enforced.</exception>
    public PublishedPipeline(CompiledDefinition compiled)
    {
        var definition = compiled.Definition;
        var schema = CompiledSchema.Load(definition.Pipeline.Input);
        InputSchema = schema.Schema ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"pipeline {definition.Pipeline.Name}: input: {string.Join("; ", schema.Issues)}");
        Definition = definition;
        ScoredFields = InputScores.Fields(definition);
        Sha256 = compiled.Sha256;
        _bytes = DefinitionJson.Write(definition);
    }

    public string Name => Definition.Pipeline.Name;

    public RunDefinition Definition { get; }

    public CompiledSchema InputSchema { get; }

    /// <summary>The input fields whose score the routing needs, as <c>input.FIELD</c>.</summary>
    public IReadOnlyList<string> ScoredFields { get; }

    /// <summary>The content address that runs refer to.</summary>
    public string Sha256 { get; }

    /// <summary>Stores the definition before the first run refers to it. Once per process; storing it again adds nothing.</summary>
    public async ValueTask EnsureStoredAsync(IContentStore content, CancellationToken cancellationToken)
    {
        if (_stored)
        {
            return;
        }

        await content.PutAsync(_bytes, cancellationToken);
        _stored = true;
    }

    /// <summary>For a host that has stored it before and knows.</summary>
    public void IsKnownToBeStored() => _stored = true;
}
