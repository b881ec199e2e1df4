using System.Diagnostics.CodeAnalysis;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration;

/// <summary>Either a pipeline ready to use, or every problem that was found.</summary>
/// <param name="Problems">By line; empty exactly when <paramref name="Pipeline"/> is set.</param>
public sealed record PipelineLoadResult(PipelineDefinition? Pipeline, IReadOnlyList<ConfigProblem> Problems)
{
    [MemberNotNullWhen(true, nameof(Pipeline))]
    public bool IsValid => Pipeline is not null;
}
