using System.Text;
using System.Text.RegularExpressions;

namespace DurableRouter.JsonSchema;

/// <summary>
/// Compiles an ECMAScript pattern with Unicode semantics: classes and <c>.</c> see whole code points, <c>\d \w \b</c> are ASCII,
/// <c>\s</c> is ECMAScript's white space, <c>$</c> is the very end.
/// </summary>
/// <remarks>
/// Parsed and rewritten rather than passed on, because the framework's own ECMAScript option can't be combined with its linear-time engine
/// and reads classes per UTF-16 unit. What can't be kept is refused: back-references, flags, and <c>\p{..}</c> other than general
/// categories.
/// </remarks>
public sealed partial class EcmaPattern
{
    public const int MaximumLength = 4_096;

    // Wide enough for a busy machine: a pattern that is merely slow must not refuse a value.
    static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    readonly string _source;
    readonly StringBuilder _target = new();
    bool _needsBacktracking;
    int _at;

    EcmaPattern(string source) => _source = source;

    /// <exception cref="FormatException">The pattern is malformed or uses what is not offered; the message says where.</exception>
    public static Regex Compile(string pattern)
    {
        if (pattern.Length > MaximumLength)
        {
            throw new FormatException($"it is longer than {MaximumLength} characters");
        }

        var reader = new EcmaPattern(pattern);
        reader.ReadAll();
        var translated = reader._target.ToString();
        try
        {
            if (!reader._needsBacktracking)
            {
                return new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);
            }
        }
        catch (NotSupportedException)
        {
            // Too many states for the linear engine; the time limit bounds the other one.
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
        try
        {
            return new Regex(translated, RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    void ReadAll()
    {
        // For each open group whether it may be repeated: a look-around may not.
        var groups = new Stack<bool>();
        var repeatable = false;
        while (_at < _source.Length)
        {
            switch (_source[_at])
            {
                case '(':
                    groups.Push(OpenGroup());
                    repeatable = false;
                    break;
                case ')':
                    if (!groups.TryPop(out repeatable))
                    {
                        throw Fault("unmatched ')'");
                    }

                    Copy();
                    break;
                case '|':
                    Copy();
                    repeatable = false;
                    break;
                case '*' or '+' or '?' or '{':
                    if (!repeatable)
                    {
                        throw Fault("nothing to repeat");
                    }

                    CopyQuantifier();
                    repeatable = false;
                    break;
                case '^':
                    Copy();
                    repeatable = false;
                    break;
                case '$':
                    _at++;
                    _target.Append(@"\z");
                    repeatable = false;
                    break;
                default:
                    repeatable = ReadAtom();
                    break;
            }
        }
        if (groups.Count > 0)
        {
            throw Fault("unclosed '('");
        }
    }

    bool OpenGroup()
    {
        foreach (var look in (ReadOnlySpan<string>)["(?=", "(?!", "(?<=", "(?<!"])
        {
            if (!Looking(look))
            {
                continue;
            }

            _needsBacktracking = true;
            _target.Append(look);
            _at += look.Length;
            return false;
        }
        // Captures are never read, so every group is a plain one.
        _target.Append("(?:");
        if (Looking("(?:"))
        {
            _at += 3;
        }
        else if (Looking("(?<"))
        {
            var end = _source.IndexOf('>', _at);
            var name = end < 0 ? "" : _source[(_at + 3)..end];
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(symbol => char.IsLetterOrDigit(symbol) || symbol is '_' or '$'))
            {
                throw Fault("malformed group name");
            }

            _at = end + 1;
        }
        else if (Looking("(?"))
        {
            throw Fault("unknown kind of group");
        }
        else
        {
            _at++;
        }
        return true;
    }

    void CopyQuantifier()
    {
        if (_source[_at] == '{')
        {
            var end = _source.IndexOf('}', _at);
            var parts = end < 0 ? [] : _source[(_at + 1)..end].Split(',');
            if (parts.Length is 0 or > 2 || !IsCount(parts[0]) || (parts.Length == 2 && parts[1].Length > 0 && !IsCount(parts[1])))
            {
                throw Fault("malformed repetition");
            }

            _target.Append(_source, _at, end + 1 - _at);
            _at = end + 1;
        }
        else
        {
            Copy();
        }
        if (_at < _source.Length && _source[_at] == '?')
        {
            Copy();
        }
    }

    /// <returns>Whether what was read may be repeated.</returns>
    bool ReadAtom()
    {
        switch (_source[_at])
        {
            case '.':
                _at++;
                CodePointSet.LineEnds().Negate().WriteTo(_target);
                return true;
            case '[':
                ReadClass();
                return true;
            case ']' or '}':
                throw Fault($"unmatched '{_source[_at]}'");
            case '\\' when Looking(@"\b") || Looking(@"\B"):
                WriteWordBoundary(negated: _source[_at + 1] == 'B');
                _at += 2;
                return false;
            default:
                var set = new CodePointSet();
                var literal = ReadClassAtom(set, inClass: false);
                if (literal >= 0)
                {
                    set.Add(literal, literal);
                }

                set.WriteTo(_target);
                return true;
        }
    }

    void WriteWordBoundary(bool negated)
    {
        const string Word = "[0-9A-Z_a-z]";
        _needsBacktracking = true;
        _target.Append(negated
            ? $"(?:(?<={Word})(?={Word})|(?<!{Word})(?!{Word}))"
            : $"(?:(?<={Word})(?!{Word})|(?<!{Word})(?={Word}))");
    }

    void ReadClass()
    {
        _at++;
        var set = new CodePointSet();
        if (Looking("^"))
        {
            set.IsNegated = true;
            _at++;
        }
        while (!Looking("]"))
        {
            var first = ReadClassAtom(set, inClass: true);
            if (!Looking("-") || _at + 1 >= _source.Length || _source[_at + 1] == ']')
            {
                if (first >= 0)
                {
                    set.Add(first, first);
                }

                continue;
            }
            _at++;
            var last = ReadClassAtom(set, inClass: true);
            if (first < 0 || last < first)
            {
                throw Fault("malformed range in a class");
            }

            set.Add(first, last);
        }
        _at++;
        set.WriteTo(_target);
    }

    bool Looking(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;

    void Copy() => _target.Append(_source[_at++]);

    static bool IsCount(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    FormatException Fault(string what) => new($"{what} at character {_at}");
}
