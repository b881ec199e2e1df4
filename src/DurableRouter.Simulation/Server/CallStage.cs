namespace DurableRouter.Simulation.Server;

/// <summary>How far a call of the endpoint has come.</summary>
public enum CallStage
{
    Begun,

    /// <summary>The whole reply is written.</summary>
    Ended,

    /// <summary>The caller went away first.</summary>
    Cut,
}
