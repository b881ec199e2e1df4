using DurableRouter.Core.Durability;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>A fault planted between the app and what it stands on, to prove that a test sees it.</summary>
record Mutant
{
    public static readonly Mutant None = new();

    public Func<Workflow, Workflow> Workflow { get; init; } = w => w;

    public Func<IRunIndex, IRunIndex> Index { get; init; } = i => i;

    public Func<IRunHistory, IRunHistory> History { get; init; } = h => h;

    public Func<IAttemptLeases, IAttemptLeases> Leases { get; init; } = l => l;

    public Func<IRunClient, IRunClient> Runs { get; init; } = r => r;
}
