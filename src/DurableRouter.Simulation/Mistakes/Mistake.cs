namespace DurableRouter.Simulation.Mistakes;

/// <summary>The ways in which a weak model goes wrong.</summary>
enum Mistake
{
    /// <summary>Leaves out something that it read.</summary>
    MissedItem,

    /// <summary>Changes a word of a quote.</summary>
    Misquote,

    /// <summary>Swaps day and month.</summary>
    DayMonthSwap,

    /// <summary>Loses a digit of an amount.</summary>
    DroppedDigit,

    /// <summary>Takes the second-best category.</summary>
    WrongCategory,

    /// <summary>Puts prose or a code fence around the JSON.</summary>
    Wrapped,

    /// <summary>Forgets a required property.</summary>
    MissingField,
}

/// <summary>How often each mistake happens, per opportunity, by skill 1 to 5. Our own figures, chosen to differ plainly; measured on no real model.</summary>
static class MistakeRates
{
    public static double Of(Mistake mistake, int skill) => mistake switch
    {
        Mistake.MissedItem => At(skill, .10, .04, .01, .002, .0002),
        Mistake.Misquote => At(skill, .03, .01, .003, .0006, .00005),
        Mistake.DayMonthSwap => At(skill, .08, .03, .008, .002, .0001),
        Mistake.DroppedDigit => At(skill, .05, .02, .005, .001, .0001),
        Mistake.WrongCategory => At(skill, .18, .08, .03, .01, .001),
        Mistake.Wrapped => At(skill, .35, .20, .08, .02, .002),
        Mistake.MissingField => At(skill, .20, .08, .025, .006, .0005),
        _ => 0,
    };

    static double At(int skill, params ReadOnlySpan<double> rates) => rates[Math.Clamp(skill, 1, 5) - 1];
}
