using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace DurableRouter.Core.Values;

/// <summary>The JSON object in a model's answer, or why there is none.</summary>
/// <remarks>
/// Accepted: the object alone; the object in one fenced block; the object with prose around it. A second object, an object within an array
/// or within braces that are not JSON, a repeated key, more than <see cref="MaximumDepth"/> levels and text that is not Unicode are
/// failures: guessing which part was meant would pass a wrong answer on. Each character is read a bounded number of times.
/// </remarks>
sealed class JsonReply
{
    public const int MaximumDepth = 64;

    static readonly JsonDocumentOptions Alone = new() { MaxDepth = MaximumDepth, AllowDuplicateProperties = false };

    JsonReply(JsonElement value, bool wasWrapped, JsonReplyFailure? failure)
    {
        Value = value;
        WasWrapped = wasWrapped;
        Failure = failure;
    }

    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsSuccess => Failure is null;

    /// <summary>The object, detached from any document; the default element after a failure.</summary>
    public JsonElement Value { get; }

    /// <summary>True when there was more than the object: a fence or prose. Models asked for JSON alone should not do that.</summary>
    public bool WasWrapped { get; }

    public JsonReplyFailure? Failure { get; }

    public static JsonReply Read(string text)
    {
        // A byte order mark is not white space to the framework, yet some gateways send one.
        var start = 0;
        while (start < text.Length && (char.IsWhiteSpace(text[start]) || text[start] == '\uFEFF'))
        {
            start++;
        }

        if (start == text.Length)
        {
            return Fail(0, "the reply is empty");
        }

        if (text[start] == '[')
        {
            return Fail(start, "the reply is an array, an object was expected");
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        if (text[start] == '{' && ReadAlone(utf8) is { } alone)
        {
            return new JsonReply(alone, false, null);
        }

        try
        {
            var found = new ObjectFinder(utf8).Find();
            var value = JsonElement.Parse(utf8.AsSpan(found.Start, found.Length), new JsonDocumentOptions { MaxDepth = MaximumDepth });
            var isWrapped = !IsBlank(utf8.AsSpan(0, found.Start)) || !IsBlank(utf8.AsSpan(found.Start + found.Length));
            return new JsonReply(value, isWrapped, null);
        }
        catch (JsonReplyException e)
        {
            return Fail(Encoding.UTF8.GetCharCount(utf8.AsSpan(0, e.Offset)), e.Message);
        }
    }

    /// <summary>The object when it stands alone and whole, as nearly all do; null when a closer look is needed.</summary>
    static JsonElement? ReadAlone(ReadOnlySpan<byte> utf8)
    {
        // An escaped half of a surrogate pair is no text, which only a reader of each string would notice.
        if (utf8.IndexOf("\\u"u8) >= 0)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(utf8, Alone);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static JsonReply Fail(int position, string message) => new(default, false, new JsonReplyFailure(position, message));

    static bool IsBlank(ReadOnlySpan<byte> utf8)
    {
        foreach (var symbol in Encoding.UTF8.GetString(utf8))
        {
            if (!char.IsWhiteSpace(symbol) && symbol != '\uFEFF')
            {
                return false;
            }
        }
        return true;
    }
}

/// <param name="Position">Index of the character in the reply that could not be read, from 0.</param>
/// <param name="Message">What is wrong there, fit to be shown to the model.</param>
sealed record JsonReplyFailure(int Position, string Message)
{
    public override string ToString() => $"character {Position}: {Message}";
}
