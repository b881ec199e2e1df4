using System.Text.RegularExpressions;

namespace DurableRouter.Core.Checks;

/// <summary>One pattern at work on the texts of one answer. A pattern that was too slow is not tried again: a thousand texts must not take the limit
/// each.</summary>
sealed class PatternSearch(Regex pattern)
{
    // For all texts together. One text has the pattern's own limit.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    TimeSpan _spent;

    public bool IsTooSlow { get; private set; }

    /// <returns>False as well when it is too slow to tell.</returns>
    public bool IsIn(AnswerText text)
    {
        if (IsTooSlow)
        {
            return false;
        }

        var started = TimeProvider.System.GetTimestamp();
        try
        {
            return pattern.IsMatch(text.Written) || pattern.IsMatch(text.Plain);
        }
        catch (RegexMatchTimeoutException)
        {
            IsTooSlow = true;
            return false;
        }
        finally
        {
            _spent += TimeProvider.System.GetElapsedTime(started);
            IsTooSlow |= _spent > Limit;
        }
    }
}
