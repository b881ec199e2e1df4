namespace DurableRouter.Tests.Injection;

/// <summary>What an attack is after.</summary>
public enum Goal
{
    /// <summary>The run ends without the person whom its risk calls for.</summary>
    Approval,

    /// <summary>A model is asked that the pipeline's routes don't name.</summary>
    Route,

    /// <summary>A quote that nobody wrote gets past the checks.</summary>
    Checks,

    /// <summary>A tool runs.</summary>
    Tool,

    /// <summary>The run costs more than its budget.</summary>
    Budget,

    /// <summary>The host asks an address of the attacker's.</summary>
    Fetch,

    /// <summary>The document's words stand among the operator's in a prompt: outside of its field, or among the instructions.</summary>
    Prompt,

    /// <summary>The endpoint's key shows in what the run leaves behind.</summary>
    Secret,

    Terminal,
    Csv,
    Markdown,
    Html,
}

/// <param name="Document">A contract that binds without limit, so that a person has to see what comes of it, with the attack inside.</param>
public sealed record Attack(int Id, string Family, Goal Goal, string Document)
{
    /// <summary>What no other run may ever show.</summary>
    public string Canary => CanaryOf(Id);

    public static string CanaryOf(int id) => $"CANARY-{id:0000}";

    public override string ToString() => $"{Family} {Id}";
}
