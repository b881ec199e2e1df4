using System.Globalization;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.PlantedFaults;

/// <summary>What tests change in the app: by environment variables that this assembly alone reads.</summary>
static class Changes
{
    /// <summary>One of <see cref="Faults"/>.</summary>
    const string Fault = "PLANTED_FAULT";

    /// <summary><c>NAME=VALUE</c>, separated by semicolons: members of <see cref="RouterApiOptions"/> that the app has no settings
    /// for.</summary>
    const string Options = "PLANTED_OPTIONS";

    /// <summary>A time span: how far the app's clock is off.</summary>
    const string Clock = "PLANTED_CLOCK";

    /// <summary>The file of <see cref="MisreadsInputs"/>.</summary>
    const string Misreading = "PLANTED_MISREADING";

    static readonly Dictionary<string, Mutant> Faults = new()
    {
        [nameof(LosesEvents)] = On(c => new LosesEvents(c)),
        [nameof(SkipsTimers)] = On(c => new SkipsTimers(c)),
        [nameof(RepeatsActivities)] = On(c => new RepeatsActivities(c)),
        [nameof(ForgetsIntents)] = new() { History = h => new ForgetsIntents(h) },
        [nameof(SharesLeases)] = new() { Leases = l => new SharesLeases(l) },
        [nameof(KeepsLeases)] = new() { Leases = l => new KeepsLeases(l) },
        [nameof(LosesTerminations)] = new() { Runs = r => new LosesTerminations(r) },
    };

    public static void Change(this IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable(Fault) is { Length: > 0 } fault)
        {
            var mutant = Faults[fault];
            Replace(services, mutant.Workflow);
            Replace(services, mutant.History);
            Replace(services, mutant.Leases);
            Replace(services, mutant.Runs);
        }

        if (Environment.GetEnvironmentVariable(Misreading) is { Length: > 0 } file)
        {
            Replace<Workflow>(services, w => new MisreadsInputs(w, file));
        }

        if (Environment.GetEnvironmentVariable(Clock) is { Length: > 0 } off)
        {
            services.AddSingleton<TimeProvider>(new ShiftedClock(TimeSpan.Parse(off, CultureInfo.InvariantCulture)));
        }

        var options = (RouterApiOptions)services.Single(s => s.ServiceType == typeof(RouterApiOptions)).ImplementationInstance!;
        foreach (var option in (Environment.GetEnvironmentVariable(Options) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (option[..option.IndexOf('=')], option[(option.IndexOf('=') + 1)..]);
            var member = typeof(RouterApiOptions).GetProperty(name)!;
            member.SetValue(options, member.PropertyType == typeof(TimeSpan) ? TimeSpan.Parse(value, CultureInfo.InvariantCulture)
                : Convert.ChangeType(value, member.PropertyType, CultureInfo.InvariantCulture));
        }
    }

    static void Replace<T>(IServiceCollection services, Func<T, T> change)
        where T : class
    {
        var own = services.Last(s => s.ServiceType == typeof(T));
        services.Remove(own);
        services.AddSingleton(s => change((T)ActivatorUtilities.CreateInstance(s, own.ImplementationType!)));
    }

    sealed class ShiftedClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;
    }

    static Mutant On(Func<IWorkflowContext, IWorkflowContext> context) => new() { Workflow = w => new MutantWorkflow(w, context) };
}
