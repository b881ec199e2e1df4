using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Shared;

/// <summary>Runs one run of a workflow on a virtual clock and in memory. After every event a second execution is fed with the whole history
/// from its stored JSON: it must ask for the same commands and show the same status, or the test fails.</summary>
public sealed class InMemoryHost : TimeProvider, IActivityScope
{
    readonly Dictionary<string, Activity> _activities;
    readonly Dictionary<long, int> _commandOf = [];
    readonly List<long> _pending = [];
    readonly HashSet<string> _intents = [];
    readonly Func<Workflow> _workflow;
    readonly JsonElement _input;
    WorkflowReplay _live;
    AttemptRow? _staged;
    DateTimeOffset _now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public InMemoryHost(Func<Workflow> workflow, object input, Func<InMemoryHost, IEnumerable<Activity>> activities)
    {
        _workflow = workflow;
        _input = JsonSerializer.SerializeToElement(input, workflow().InputType);
        Approvals = new InMemoryApprovals(this);
        _activities = activities(this).ToDictionary(a => a.Name);
        _live = New();
    }

    public string RunId => "run-01";
    public TimeProvider Clock => this;
    public IContentStore Content => Store;
    public InMemoryContent Store { get; } = new();
    public InMemoryApprovals Approvals { get; }
    public List<HistoryEntry> History { get; } = [];
    public List<AttemptRow> Ledger { get; } = [];
    public RunProgress? Progress => _live.Progress;
    public bool IsDone => _live.Result is { IsCompleted: true };

    /// <summary>The first delivery of a matching attempt dies after its call: its row and result are lost.</summary>
    public Func<string, bool> LosesResult { get; set; } = _ => false;

    /// <summary>A matching activity throws, once per name in the list.</summary>
    public List<string> Breaks { get; } = [];

    public RunOutput Output => (RunOutput)_live.Result!.GetAwaiter().GetResult();

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Lets time pass within an activity.</summary>
    public void Pass(TimeSpan time) => _now += time;

    /// <summary>The run as a host's client would show it while it is live.</summary>
    public RunSnapshot Snapshot() => new(RunId, "router", new RunIndexEntry("document", new Dictionary<string, string>(), null), RuntimeStatus.Running,
        _now, _now, History.Count, Progress, JsonSerializer.SerializeToUtf8Bytes(_input), null, null);

    /// <summary>Runs until nothing but a person or a deadline can move the run. Retry delays pass at once.</summary>
    public async Task<InMemoryHost> RunAsync()
    {
        if (History.Count == 0)
        {
            Append(HistoryKinds.RunStarted, null, 0, _input);
        }

        while (!IsDone)
        {
            if (_pending.Count > 0)
            {
                await RunActivityAsync();
            }
            else if (NextTimer(HistoryKinds.TimerStarted) is { } timer)
            {
                Fire(timer);
            }
            else
            {
                break;
            }
        }

        return this;
    }

    /// <summary>Lets the earliest deadline of a wait pass.</summary>
    public async Task<InMemoryHost> ExpireAsync()
    {
        Fire(NextTimer(HistoryKinds.EventWaited) ?? throw new InvalidOperationException("nothing has a deadline"));
        return await RunAsync();
    }

    public async Task<InMemoryHost> RaiseAsync(string name)
    {
        Append(HistoryKinds.EventReceived, name, 0, null);
        return await RunAsync();
    }

    public ValueTask<AttemptClaim> ClaimAttemptAsync(AttemptIntent intent, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Ledger.FirstOrDefault(r => r.Key == intent.Key) is { } row ? new AttemptClaim(AttemptClaimKind.Recorded, row)
            : _intents.Add(intent.Key) ? AttemptClaim.Fresh : AttemptClaim.Unknown);

    public ValueTask RecordAttemptAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        _staged = row;
        return ValueTask.CompletedTask;
    }

    internal void Raise(string name) => Append(HistoryKinds.EventReceived, name, 0, null);

    WorkflowReplay New() => new(RunId, _workflow(), _input);

    async Task RunActivityAsync()
    {
        var scheduled = History[(int)_pending[0] - 1];
        _pending.RemoveAt(0);
        var activity = _activities[scheduled.Name!];
        try
        {
            if (Breaks.Remove(activity.Name))
            {
                throw new IOException("scripted break");
            }

            object output;
            do
            {
                _staged = null;
                output = await activity.InvokeAsync(this, scheduled.Data!.Value.Deserialize(activity.InputType)!, CancellationToken.None);
            }
            while (activity.IsAttempt && LosesResult(_staged!.Key) && _staged.Outcome != AttemptOutcome.OutcomeUnknown);

            if (_staged is { } row)
            {
                Assert.DoesNotContain(Ledger, r => r.Key == row.Key);
                Ledger.Add(row);
            }

            _staged = null;
            Append(HistoryKinds.ActivityCompleted, scheduled.Name, scheduled.Sequence, JsonSerializer.SerializeToElement(output, activity.OutputType));
        }
        catch (Exception e) when (e is IOException or DurableRouterException)
        {
            Append(HistoryKinds.ActivityFailed, scheduled.Name, scheduled.Sequence, JsonSerializer.SerializeToElement(e.Message, CoreJson.Default.String));
        }
    }

    HistoryEntry? NextTimer(string kind) => History
        .Where(e => e.Kind == kind && Command(e).Due is not null && _live.IsOpen(_commandOf[e.Sequence]))
        .MinBy(e => Command(e).Due);

    WorkflowCommand Command(HistoryEntry entry) => _live.Commands[_commandOf[entry.Sequence]];

    void Fire(HistoryEntry timer)
    {
        var due = Command(timer).Due!.Value;
        _now = _now < due ? due : _now;
        Append(HistoryKinds.TimerFired, timer.Name, timer.Sequence, null);
    }

    void Append(string kind, string? name, long subject, JsonElement? data)
    {
        var entry = new HistoryEntry(History.Count + 1, _now, kind, name, subject, data);
        History.Add(entry);
        var known = _live.Commands.Count;
        _live.Deliver(entry, s => _commandOf[s]);
        foreach (var (command, index) in _live.Commands.Select((c, i) => (c, i)).Skip(known))
        {
            var issued = new HistoryEntry(History.Count + 1, _now, command.Kind, command.Name, 0,
                command.Kind == HistoryKinds.ActivityScheduled ? JsonElement.Parse(command.Data) : null);
            History.Add(issued);
            _commandOf[issued.Sequence] = index;
            if (command.Kind == HistoryKinds.ActivityScheduled)
            {
                _pending.Add(issued.Sequence);
            }
        }

        ProveReplay();
    }

    void ProveReplay()
    {
        var stored = JsonSerializer.Serialize(History, TestJson.Default.ListHistoryEntry);
        var again = New();
        foreach (var entry in JsonSerializer.Deserialize(stored, TestJson.Default.ListHistoryEntry)!)
        {
            again.Deliver(entry, s => _commandOf[s]);
        }

        Assert.Equal(_live.Commands, again.Commands);
        Assert.Equal(_live.Progress, again.Progress);
        Assert.Equal(IsDone, again.Result is { IsCompleted: true });
        if (IsDone && _live.Result!.IsCompletedSuccessfully)
        {
            var type = _workflow().OutputType;
            Assert.Equal(JsonSerializer.Serialize(_live.Result.Result, type), JsonSerializer.Serialize(again.Result!.Result, type));
        }
    }
}
