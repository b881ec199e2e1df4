using System.Text.RegularExpressions;

namespace DurableRouter.Tests.Samples;

/// <summary>A file of requests as REST clients of editors read it: <c>@variables</c>, requests separated by <c>###</c>, and names of
/// requests whose answers later ones refer to.</summary>
public sealed partial record HttpFile(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<HttpFileRequest> Requests)
{
    /// <exception cref="FormatException">A block has no request line, or a line is no header.</exception>
    public static HttpFile Parse(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var requests = new List<HttpFileRequest>();
        foreach (var block in Separator().Split(text.ReplaceLineEndings("\n")))
        {
            var lines = new Queue<string>(block.Split('\n'));
            var title = lines.Dequeue().Trim();
            var name = Head(lines, variables);
            if (lines.Count > 0)
            {
                requests.Add(Request(requests.Count == 0 && variables.Count == 0 ? "" : title, name, lines));
            }
        }

        return new HttpFile(variables, requests);
    }

    /// <summary>Takes comments, variables and the name that stand before a request line.</summary>
    static string? Head(Queue<string> lines, Dictionary<string, string> variables)
    {
        string? name = null;
        for (; lines.TryPeek(out var line) && (string.IsNullOrWhiteSpace(line) || line[0] is '#' or '@'); lines.Dequeue())
        {
            if (Variable().Match(line) is { Success: true } variable)
            {
                variables[variable.Groups["name"].Value] = variable.Groups["value"].Value.Trim();
            }
            else if (Name().Match(line) is { Success: true } named)
            {
                name = named.Groups["name"].Value;
            }
        }

        return name;
    }

    static HttpFileRequest Request(string title, string? name, Queue<string> lines)
    {
        if (lines.Dequeue().Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var method, var url])
        {
            throw new FormatException($"{title}: a request begins with its method and its address");
        }

        var headers = new List<(string Name, string Value)>();
        while (lines.TryDequeue(out var line) && !string.IsNullOrWhiteSpace(line))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(colon > 0 ? (line[..colon].Trim(), line[(colon + 1)..].Trim())
                : throw new FormatException($"{title}: {line} is no header"));
        }

        var body = string.Join('\n', lines).Trim();
        return new HttpFileRequest(title, name, method, url, headers, body.Length == 0 ? null : body);
    }

    [GeneratedRegex("^###", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^@(?<name>\w+)\s*=(?<value>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^#\s*@name\s+(?<name>\w+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

/// <param name="Title">What stands behind the separator.</param>
/// <param name="Name">By which later requests refer to the answer; null when none does.</param>
/// <param name="Url">With <c>{{...}}</c> where something is to be filled in, like headers and body.</param>
public sealed record HttpFileRequest(string Title, string? Name, string Method, string Url,
    IReadOnlyList<(string Name, string Value)> Headers, string? Body);
