using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>What one revision of a step sees. A medium stands here as it is until no model is left for it, and then as the text that a declared
/// step makes of it.</summary>
sealed class StepFields(RunState run, StepState step, JudgedAnswer? judged)
{
    /// <summary>In declared order; a judge's last one is the answer that it grades.</summary>
    public IReadOnlyList<NamedField> All { get; private set; } = Read(run, step, judged, inWords: false);

    /// <summary>The kinds of media among them.</summary>
    public IReadOnlyList<string> Media => [.. All.Select(f => f.Media).OfType<string>().Distinct()];

    /// <summary>Why the step reads media as text, as the answer's degradation says it; null: it doesn't.</summary>
    public string? InWords { get; private set; }

    /// <summary>True when some medium can still be turned into text.</summary>
    public bool CanBeInWords => InWords is null && Converters.Any();

    /// <summary>The steps that say the media at hand in words. A medium that the run's input doesn't have needs none.</summary>
    IEnumerable<string> Converters => step.Definition.Input.Where(i => i.Source.OrText is not null && All.Any(f => f.Name == i.Name && f.Media is not null))
        .Select(i => OnDemand.StepOf(i.Source.OrText!)).Distinct();

    /// <summary>Lets the declared steps turn the media into text.</summary>
    /// <param name="why">Why no model took them.</param>
    public async Task PutInWordsAsync(string why)
    {
        var converters = Converters.ToList();
        InWords = $"{step.Id}: read in words from step {string.Join(", ", converters)}: {why}";
        run.Waits(step, $"step {string.Join(", ", converters)}");
        foreach (var id in converters)
        {
            // To its own end even when the run is over before: a call that is out is paid for, and its cost counts.
            await run.OnDemand.RunAsync(run.Step(id));
        }

        run.Waits(step, null);
        All = Read(run, step, judged, inWords: true);
    }

    static IReadOnlyList<NamedField> Read(RunState run, StepState step, JudgedAnswer? judged, bool inWords) =>
        [.. run.References.Fields(step.Definition, inWords), .. judged?.Field ?? []];
}
