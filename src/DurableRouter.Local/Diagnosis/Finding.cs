namespace DurableRouter.Local.Diagnosis;

enum Verdict
{
    Ok,

    /// <summary>Worth knowing; nothing depends on it.</summary>
    Info,

    /// <summary>Works, but not as well as it should.</summary>
    Warn,

    /// <summary>Something will not work; the text ends with what to do.</summary>
    Fail,
}

/// <param name="Subject">What was looked at.</param>
sealed record Finding(Verdict Verdict, string Subject, string Text);
