using DurableRouter.Core.Errors;

namespace DurableRouter.Http.Problems;

/// <summary>A request that is refused before anything happened.</summary>
public sealed class RefusedException(string code, string detail, IReadOnlyList<ProblemItem>? errors = null)
    : DurableRouterException(code, detail)
{
    public IReadOnlyList<ProblemItem> Errors { get; } = errors ?? [];
}

/// <param name="Pointer">RFC 6901 pointer into the body; for a query parameter or header, its name.</param>
public sealed record ProblemItem(string Pointer, string Detail);
