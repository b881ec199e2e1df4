using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Http;
using DurableRouter.Tests.Http;
using Xunit.Sdk;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Facts about the published app that must fail when its process has a fault that they are there to find.</summary>
public sealed class PlantedFaultTests
{
    [Fact]
    public async Task EachFault_FailsItsFact()
    {
        (string Fault, Func<Task> Fact)[] planted =
        [
            (nameof(LosesEvents), () => new Mutated().Decide_Rejected_EndsTheRunWithoutOutput()),
            (nameof(LosesTerminations), () => new Mutated().Control_SuspendResumeTerminate_ChangesTheRun()),
            (nameof(RepeatsActivities), () => new Mutated().Events_FinishedRun_TellWhatHappenedInOrder()),
            (nameof(SkipsTimers), () => new PauseTests().FailedCall_IsRepeated_AfterItsPause()),
            (nameof(SharesLeases), () => new DoubleDeliveryTests().Call_DeliveredAgainWhileItIsOut_IsMadeOnce()),
            (nameof(KeepsLeases), () => new DeathTests().Worker_KilledDuringACall_TheRunEnds_AndEachCallHasItsRow()),
            (nameof(ForgetsIntents), () => new DeathTests().Worker_KilledDuringACall_TheRunEnds_AndEachCallHasItsRow()),
        ];

        var failures = await Task.WhenAll(planted.Select(p => FailureAsync(p.Fault, p.Fact)));

        // By what it asserts or by waiting in vain, and not because the app did not come up.
        Assert.All(failures, failure => Assert.True(failure.Exception is XunitException or OperationCanceledException,
            $"{failure.Fault}: {failure.Exception}"));
    }

    /// <summary>The very facts, on an app of their own with nothing planted but the assembly: what fails above fails by its fault.</summary>
    [Fact]
    public async Task NoFault_FailsNothing()
    {
        AppSetup.Fault.Value = "";

        await new Mutated().Decide_Rejected_EndsTheRunWithoutOutput();
        await new Mutated().Control_SuspendResumeTerminate_ChangesTheRun();
        await new Mutated().Events_FinishedRun_TellWhatHappenedInOrder();
    }

    static async Task<(string Fault, Exception? Exception)> FailureAsync(string fault, Func<Task> fact)
    {
        // Of this call's own flow.
        AppSetup.Fault.Value = fault;
        AppCalls.Patience.Value = TimeSpan.FromMinutes(1);
        try
        {
            await fact();
            return (fault, null);
        }
        catch (Exception e)
        {
            return (fault, e);
        }
    }

    sealed class Mutated() : RealHttpContractTests(new SharedApp())
    {
        // Some facts fail by waiting in vain.
        protected override TimeSpan Soon => TimeSpan.FromSeconds(20);

        protected override async Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null) =>
            await RealContractHost.StartAsync(configure);
    }
}
