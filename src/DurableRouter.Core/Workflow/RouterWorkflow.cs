using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Workflow;

/// <summary>The main flow: one run of one pipeline.</summary>
/// <remarks>
/// 1. Every step waits for the steps that it needs; what doesn't depend on each other runs in parallel, begun in declared order.
/// 2. A step whose <c>when</c> doesn't hold is left out.
/// 3. <see cref="StepRunner"/> leads a step to an answer that passed its checks: route, reserve the cost, attempt, retry or fall back, and
///    at the end of the chain the family's last link.
///    A step that calls a tool is led by <see cref="ToolStepRunner"/>: a person's approval, reserve, call, repeat, last link.
/// 4. <see cref="OutputApproval"/> shows the answer to a person where the pipeline asks for it. Requested changes send the step round again.
/// 5. A verifier's failing verdict sends its issues back to the step that it verifies, and everything in between runs again; the new
///    answer takes the old one's place. After <c>maxRevisions</c> the run has failed.
/// 6. The run ends with its result or with the first end that a step came to. Work that is out is awaited; nothing paid for is dropped.
/// This code is replayed: it knows the outside only through <see cref="IWorkflowContext"/>, walks ordered collections only, and ends runs by
/// values, not by exceptions. An activity that threw waits for a person's <c>resume</c> (<see cref="RunState.CallAsync"/>).
/// </remarks>
public sealed class RouterWorkflow(IDefinitionSource definitions) : Workflow<RunInput, RunOutput>
{
    /// <summary>Persisted.</summary>
    public const string PersistedName = "router";

    public override string Name => PersistedName;

    /// <summary>1: 0.1. 2: an answer that its own model doubts goes a tier higher without a repair. 3: three calls of a model in a row with an
    /// unknown outcome are its failure; calls whose process died are made again by the host. 4: after a text that was too long for one window, smaller
    /// ones are passed over.</summary>
    public override int CurrentVersion => 4;

    public override JsonTypeInfo InputType => CoreJson.Default.RunInput;

    public override JsonTypeInfo OutputType => CoreJson.Default.RunOutput;

    public override async Task<RunOutput> RunAsync(IWorkflowContext context, RunInput input)
    {
        var run = new RunState(context, input, definitions.Get(input.Definition));
        var branches = new Dictionary<string, Task>(StringComparer.Ordinal);
        run.OnDemand = new OnDemandSteps(step => RunStepAsync(run, step, []));
        foreach (var step in run.Steps)
        {
            if (run.Compiled.RunsOnDemand(step.Id))
            {
                branches[step.Id] = Task.CompletedTask;
                continue;
            }

            branches[step.Id] = RunWhenReadyAsync(run, step, [.. run.Compiled.Precedents(step.Id).Select(id => branches[id])]);
        }

        // One by one as they end, so that a bug in one branch fails the run while another waits for a person.
        for (var open = run.Steps.Select(s => branches[s.Id]).ToList(); open.Count > 0;)
        {
            var ended = await Task.WhenAny(open);
            open.Remove(ended);
            await ended;
        }

        foreach (var unasked in run.Steps.Where(s => !run.IsOver && !s.Finished && s.Rounds == 0))
        {
            run.Skip(unasked);
        }

        run.Report();
        return RunReport.Output(run);
    }

    public override RunIndexEntry Index(object input) =>
        new(((RunInput)input).Pipeline, new Dictionary<string, string>(), ((RunInput)input).Requester);

    public override IEnumerable<string> Content(object input) => ((RunInput)input).Input.Values.Select(field => field.Sha256).OfType<string>();

    public override RunError? Error(object output) =>
        output is RunOutput { Outcome: "failed", Failure: { } failure } ? new RunError(failure.Code, RunReport.Describe(failure)) : null;

    public override object Summary(object output) => ((RunOutput)output).WithoutValues();

    public override RunRow? Row(string runId, object input, object output) => RunReport.Row(runId, (RunInput)input, (RunOutput)output);

    static async Task RunWhenReadyAsync(RunState run, StepState step, Task[] precedents)
    {
        await Task.WhenAll(precedents);
        if (run.IsOver)
        {
            return;
        }

        if (step.Definition.When is { } when && Conditions.Holds(when, run.References.Value(when.Of)) != true)
        {
            run.Skip(step);
            return;
        }

        await RunStepAsync(run, step, []);
    }

    /// <summary>Brings a step to an answer that stands: checked, approved and, for a verifier, with a verdict that passes.</summary>
    static async Task RunStepAsync(RunState run, StepState step, IReadOnlyList<string> issues)
    {
        if (!await AnswerAsync(run, step, issues) || step.Definition.Kind != StepKind.Verify)
        {
            return;
        }

        for (var revision = 1; !run.IsOver && !RunVerdict.Passed(run, step); revision++)
        {
            if (step.Definition.Revises is not { } revised || revision > step.Definition.MaxRevisions)
            {
                run.Finish(new RunEnd("failed", RunReport.RevisionsExhausted(run, step)));
                return;
            }

            IReadOnlyList<string> found = RunVerdict.Issues(run, step);
            foreach (var id in StepOrder.Again(run.Pipeline, revised, step.Id))
            {
                if (run.Step(id).Answer is not null && !run.IsOver)
                {
                    await RunStepAsync(run, run.Step(id), id == revised ? found : []);
                }
            }

            if (run.IsOver || !await AnswerAsync(run, step, []))
            {
                return;
            }
        }
    }

    /// <summary>Checked and approved.</summary>
    /// <returns>False when the run is over.</returns>
    static async Task<bool> AnswerAsync(RunState run, StepState step, IReadOnlyList<string> issues)
    {
        if (step.Compiled.Tool is not null)
        {
            return await CallToolAsync(run, step);
        }

        for (var rounds = 0; ; rounds++)
        {
            if (await new StepRunner(run, step, issues).RunAsync() is not { } answer)
            {
                return false;
            }

            var passage = await OutputApproval.PassAsync(run, step, answer, rounds);
            if (passage.Answer is { } approved && !run.IsOver)
            {
                run.Accept(step, approved);
                return true;
            }

            if (run.IsOver || passage.Issues is not { } changes)
            {
                return false;
            }

            issues = changes;
        }
    }

    /// <summary>Approved before it was called, so its reply is not shown again.</summary>
    static async Task<bool> CallToolAsync(RunState run, StepState step)
    {
        if (await new ToolStepRunner(run, step).RunAsync() is not { } reply || run.IsOver)
        {
            return false;
        }

        run.Accept(step, reply);
        return true;
    }
}
