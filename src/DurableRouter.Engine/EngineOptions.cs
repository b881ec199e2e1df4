using System.ComponentModel.DataAnnotations;

namespace DurableRouter.Engine;

/// <summary>How the embedded engine stores and bounds its work.</summary>
public sealed class EngineOptions
{
    /// <summary>Where the database, its lock and its backups live. Created when missing; one process at a time.</summary>
    [Required]
    public string DataFolder { get; set; } = ".durablerouter";

    /// <summary>What a commit survives.</summary>
    public Durability Durability { get; set; } = Durability.PowerLoss;

    /// <summary>Activities that run at once, 1 to 10,000. Others wait in order.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrentActivities { get; set; } = 512;

    /// <summary>Activities of one model that run at once, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrentPerModel { get; set; } = 256;

    /// <summary>Runs with work under way beyond which a start is refused with <c>too_many_runs</c>. Waiting runs don't count.</summary>
    [Range(1, 1_000_000)]
    public int MaxBusyRuns { get; set; } = 4096;

    /// <summary>Runs that wait longer than this for a timer or an event leave memory.</summary>
    public TimeSpan KeepInMemory { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop waits for calls that are out.</summary>
    public TimeSpan DrainLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Process deaths, or failures of the engine, at the same history position after which a run is quarantined.</summary>
    [Range(1, 100)]
    public int QuarantineAfter { get; set; } = 5;

    /// <summary>For tests of recovery: the process kills itself at this passage of a crash point, as <c>commit.after:3</c>. The points are
    /// those of <see cref="CrashPoints"/>. Null in every real host.</summary>
    public string? CrashAt { get; set; }

    /// <summary>Drops every idle run from memory at once, so that each turn begins with a replay. For tests.</summary>
    internal bool ReplayEveryTurn { get; set; }

    internal void Validate() => Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
}

public enum Durability
{
    /// <summary>Every commit is flushed to the disk (<c>synchronous=FULL</c>).</summary>
    PowerLoss,

    /// <summary>A commit survives the death of the process but perhaps not that of the machine (<c>synchronous=NORMAL</c>).</summary>
    ProcessDeath,
}
