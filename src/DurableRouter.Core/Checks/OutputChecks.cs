using System.Reflection;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>The own checks that a program knows. Immutable.</summary>
public sealed class OutputChecks
{
    /// <summary>The checks that are built in, in the order that messages list them.</summary>
    internal static readonly string[] BuiltIn = ["schema", "source", "policy", "confidence", "conflict", "judge"];

    public static readonly OutputChecks None = new([]);

    readonly Dictionary<string, IOutputCheck> _checks = new(StringComparer.Ordinal);

    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: a name is malformed, taken twice, or a built-in check's.</exception>
    public OutputChecks(IEnumerable<IOutputCheck> checks)
    {
        foreach (var check in checks)
        {
            if (!Identifier.IsValid(check.Name) || BuiltIn.Contains(check.Name) || !_checks.TryAdd(check.Name, check))
            {
                throw new DurableRouterException(ErrorCodes.ConfigInvalid,
                    $"own check {check.GetType().Name} has the name '{check.Name}', which is malformed, taken, or a built-in check's; allowed: {Identifier.Allowed}");
            }
        }
    }

    public IEnumerable<string> Names => _checks.Keys;

    public IOutputCheck? Find(string name) => _checks.GetValueOrDefault(name);

    /// <summary>Every class of an assembly that implements <see cref="IOutputCheck"/> and can be made without arguments.</summary>
    public static OutputChecks In(Assembly assembly) => new(assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IOutputCheck)) && t.GetConstructor(Type.EmptyTypes) is not null)
        .OrderBy(t => t.FullName, StringComparer.Ordinal)
        .Select(t => (IOutputCheck)Activator.CreateInstance(t)!));
}
