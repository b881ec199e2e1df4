using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>One part of a transaction's multipart reply, as a response of its own.</summary>
sealed class BatchReply(int status, IReadOnlyList<HttpHeader> headers, string body) : Response
{
    public override int Status => status;

    public override string ReasonPhrase => "";

    public override Stream? ContentStream { get; set; } = new MemoryStream(Encoding.UTF8.GetBytes(body));

    public override string ClientRequestId { get; set; } = "";

    public static List<BatchReply> Read(Response response)
    {
        var replies = new List<BatchReply>();
        var text = response.Content.ToString();
        const string start = "HTTP/1.1 ";
        for (var at = text.IndexOf(start, StringComparison.Ordinal); at >= 0;)
        {
            var next = text.IndexOf(start, at + start.Length, StringComparison.Ordinal);
            replies.Add(One(text[at..(next < 0 ? text.Length : next)]));
            at = next;
        }

        return replies;
    }

    static BatchReply One(string text)
    {
        var lines = text.Split("\r\n");
        var blank = Array.IndexOf(lines, "");
        var headers = lines[1..(blank < 0 ? lines.Length : blank)].Select(line => line.Split(':', 2))
            .Where(h => h.Length == 2).Select(h => new HttpHeader(h[0], h[1].Trim()));
        var body = string.Join("\r\n", lines.Skip(blank + 1).TakeWhile(line => !line.StartsWith("--", StringComparison.Ordinal)));
        return new BatchReply(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), [.. headers], body);
    }

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers;

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).FirstOrDefault();
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }
}
