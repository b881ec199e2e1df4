using System.Globalization;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Endpoints;

/// <summary>Reads query parameters and collects what is wrong with them.</summary>
sealed class Parameters(HttpContext context)
{
    readonly IQueryCollection _query = context.Request.Query;
    List<ProblemItem>? _faults;

    public string? Text(string name, int most = 1024)
    {
        if (!_query.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values is [{ Length: > 0 } text] && text.Length <= most && !text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            return text;
        }

        Add(name, $"must be given once, with 1 to {most} printable characters");
        return null;
    }

    public bool Flag(string name)
    {
        if (!_query.TryGetValue(name, out var values))
        {
            return false;
        }

        if (values is [{ } text] && bool.TryParse(text, out var flag))
        {
            return flag;
        }

        Add(name, "must be true or false");
        return false;
    }

    public long? Integer(string name, long least, long most)
    {
        if (!_query.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        Add(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (!_query.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values is [{ } text] && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.ToUniversalTime();
        }

        Add(name, "must be a time like 2026-01-31T12:00:00Z");
        return null;
    }

    /// <summary>Values of an enumeration, repeated or separated by commas, in any case.</summary>
    public IReadOnlyList<T> Words<T>(string name) where T : struct, Enum
    {
        if (!_query.TryGetValue(name, out var values))
        {
            return [];
        }

        var words = new List<T>();
        foreach (var text in values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            // TryParse alone would take numbers too.
            if (char.IsAsciiLetter(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var word))
            {
                words.Add(word);
            }
            else
            {
                Add(name, $"must be of {string.Join(", ", Enum.GetNames<T>())}");
            }
        }

        return words;
    }

    /// <summary>A misspelt filter would silently show everything.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var name in _query.Keys)
        {
            if (!names.Contains(name))
            {
                Add(name, "is not a parameter of this request");
            }
        }
    }

    public void Add(string name, string detail) => (_faults ??= []).Add(new ProblemItem(name, detail));

    /// <exception cref="RefusedException">Code parameter_invalid.</exception>
    public void ThrowIfAny()
    {
        if (_faults is not null)
        {
            throw new RefusedException(HttpCodes.ParameterInvalid, "A query parameter can't be read; errors names it.", _faults);
        }
    }
}
