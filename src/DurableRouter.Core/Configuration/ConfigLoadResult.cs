using System.Diagnostics.CodeAnalysis;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Configuration;

/// <summary>Either a configuration ready to use, or every problem that was found.</summary>
/// <param name="Problems">By file, then line; empty exactly when <paramref name="Config"/> is set.</param>
public sealed record ConfigLoadResult(RouterConfig? Config, IReadOnlyList<ConfigProblem> Problems)
{
    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;

    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>, listing the problems line by line.</exception>
    public RouterConfig GetOrThrow() =>
        Config ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid, string.Join('\n', Problems));
}
