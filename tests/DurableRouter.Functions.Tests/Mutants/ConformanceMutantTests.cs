using System.Reflection;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Tests.Activities;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>A fact that can't fail proves nothing: each one must fail under a fault that it is there to find.</summary>
public sealed class ConformanceMutantTests
{
    static readonly Mutant LostEvent = On(c => new LosesEvents(c));
    static readonly Mutant ReorderedCompletion = On(c => new ReordersCompletions(c));
    static readonly Mutant SkippedTimer = On(c => new SkipsTimers(c));
    static readonly Mutant RepeatedActivity = On(c => new RepeatsActivities(c));

    static readonly Dictionary<string, Mutant> MutantOf = new()
    {
        [nameof(EngineConformance.Run_OfThreeActivities_CompletesWithTheirResult)] = RepeatedActivity,
        [nameof(EngineConformance.History_IsGaplessAndOrdered)] = new() { History = h => new LosesEntries(h) },
        [nameof(EngineConformance.FinishedActivities_AfterADeath_AreNotRunAgain)] = RepeatedActivity,
        [nameof(EngineConformance.CallThatADeathHid_IsNeverRepeated_AndStandsInTheLedgerAsUnknown)] = new() { History = h => new ForgetsIntents(h) },
        [nameof(EngineConformance.LedgerRow_ComesBackAsWritten)] = new() { History = h => new RoundsCosts(h) },
        [nameof(EngineConformance.ParallelActivities_AfterADeath_ReplayInRecordedOrder)] = ReorderedCompletion,
        [nameof(EngineConformance.ActivityThatThrows_ReachesTheWorkflowAsAnException)] = On(c => new LosesFailures(c)),
        [nameof(EngineConformance.WorkflowThatThrows_EndsFailedWithACode)] = new() { Runs = r => new LosesErrors(r) },
        [nameof(EngineConformance.Delay_AcrossADeath_FiresOnceAtItsDueTime)] = SkippedTimer,
        [nameof(EngineConformance.Event_BeforeItIsWaitedFor_IsKept_AndARepeatedIdIsDropped)] = LostEvent,
        [nameof(EngineConformance.EventWait_WhenTheEventComesFirst_IgnoresItsDeadline)] = LostEvent,
        [nameof(EngineConformance.Suspension_HoldsResultsBack_AndLosesNone)] = new() { Runs = r => new LosesSuspensions(r) },
        [nameof(EngineConformance.Termination_EndsTheRun_AndALateResultIsBilledButDiscarded)] = new() { Runs = r => new LosesTerminations(r) },
        [nameof(EngineConformance.LargePayloads_ComeBackWhole)] = LostEvent,
        [nameof(EngineConformance.IdempotencyKey_ManyStartsAtOnce_MakeOneRun)] = new() { Index = i => new ForgetsKeys(i) },
        [nameof(EngineConformance.Purge_RemovesTheRun_AndLeavesItsLedger)] = new() { Index = i => new KeepsPurgedRuns(i) },
        [nameof(EngineConformance.List_IsNewestFirst_Filtered_AndPaged)] = new() { Index = i => new ListsBackwards(i) },
        [nameof(EngineConformance.UnknownRun_IsNotFound)] = new() { Runs = r => new LosesSuspensions(r) },
        [nameof(EngineConformance.Status_IsWhatTheWorkflowSaidLast_AlsoAfterADeath)] = On(c => new LosesStatus(c)),
    };

    static readonly IReadOnlyList<MethodInfo> Facts =
        [.. typeof(EngineConformance).GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null)];

    [Fact]
    public void EveryFact_HasAMutant() => Assert.Equal(Facts.Select(f => f.Name).Order(), MutantOf.Keys.Order());

    [Fact]
    public async Task EveryFact_FailsUnderItsMutant()
    {
        var survivors = await Task.WhenAll(Facts.Select(async fact => await FailsAsync(fact, MutantOf[fact.Name]) ? null : fact.Name));

        Assert.Empty(survivors.OfType<string>());
    }

    [Fact]
    public async Task LeaseThatIsNeverGivenUp_FailsTheFactOfADeath() => Assert.True(await FailsAsync(
        typeof(EngineConformance).GetMethod(nameof(EngineConformance.CallThatADeathHid_IsNeverRepeated_AndStandsInTheLedgerAsUnknown))!,
        new() { Leases = l => new KeepsLeases(l) }));

    [Fact]
    public async Task LeasesOfTwoOwners_AndLostBeats_FailTheFactOfALivingOwner()
    {
        Mutant[] mutants = [new() { Leases = l => new SharesLeases(l) }, new() { Leases = l => new LosesBeats(l) }];

        Assert.All(await Task.WhenAll(mutants.Select(mutant => FailsAsync(
            () => new MutatedDeliveries(mutant).Redelivery_WhileTheOwnerLives_WaitsForIt_AndTakesItsResult()))), Assert.True);
    }

    static Task<bool> FailsAsync(MethodInfo fact, Mutant mutant) => FailsAsync(() => (Task)fact.Invoke(new Mutated(mutant), null)!);

    static async Task<bool> FailsAsync(Func<Task> fact)
    {
        try
        {
            await fact();
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }

    static Mutant On(Func<IWorkflowContext, IWorkflowContext> context) => new() { Workflow = w => new MutantWorkflow(w, context) };

    sealed class MutatedDeliveries(Mutant mutant) : RedeliveryTests
    {
        private protected override Mutant Fault => mutant;
    }

    sealed class Mutated(Mutant mutant) : EngineConformance
    {
        // Most facts fail by waiting in vain.
        protected override TimeSpan Soon => TimeSpan.FromSeconds(2);

        protected override Task<IEngineUnderTest> CreateAsync(Workflow workflow, IReadOnlyList<Activity> activities) =>
            Task.FromResult<IEngineUnderTest>(new FunctionsEngine(workflow, _ => activities, mutant));
    }
}
