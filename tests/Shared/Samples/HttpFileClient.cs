using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DurableRouter.Tests.Http;

namespace DurableRouter.Tests.Samples;

/// <summary>Sends a file's requests as an editor does, and keeps the answers that later requests refer to.</summary>
/// <param name="given">Takes the place of the file's variables of the same names.</param>
public sealed partial class HttpFileClient(HttpClient client, HttpFile file, IReadOnlyDictionary<string, string> given)
{
    readonly Dictionary<string, JsonElement> _answers = new(StringComparer.Ordinal);

    public async Task<Reply> SendAsync(HttpFileRequest request)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), Fill(request.Url));
        message.Content = request.Body is null ? null : ContractHost.Json(Fill(request.Body));
        foreach (var (name, value) in request.Headers.Where(h => !h.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
        {
            Assert.True(message.Headers.TryAddWithoutValidation(name, Fill(value)), name);
        }

        using var response = await client.SendAsync(message);
        var body = await response.Content.ReadAsStringAsync();
        var reply = new Reply((int)response.StatusCode, response.Headers, response.Content.Headers, body);
        if (request.Name is not null)
        {
            _answers[request.Name] = reply.Json;
        }

        return reply;
    }

    string Fill(string text) => Placeholder().Replace(text, match => Value(match.Groups["what"].Value.Trim()));

    string Value(string what)
    {
        if (Answer().Match(what) is { Success: true } answer)
        {
            var value = _answers[answer.Groups["name"].Value];
            foreach (Match part in PathPart().Matches(answer.Groups["path"].Value))
            {
                value = part.Groups["index"] is { Success: true } index ? value[int.Parse(index.Value, CultureInfo.InvariantCulture)]
                    : value.GetProperty(part.Groups["member"].Value);
            }

            return value.ToString();
        }

        return given.TryGetValue(what, out var replaced) ? replaced : Fill(file.Variables[what]);
    }

    [GeneratedRegex(@"\{\{(?<what>[^{}]+)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^(?<name>\w+)\.response\.body\.\$(?<path>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Answer();

    [GeneratedRegex(@"\.(?<member>\w+)|\[(?<index>\d+)\]", RegexOptions.CultureInvariant)]
    private static partial Regex PathPart();
}
