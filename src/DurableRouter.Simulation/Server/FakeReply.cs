using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Simulation.Server;

/// <summary>One scripted reply: a status, headers, then body parts in order.</summary>
public sealed record FakeReply
{
    public int Status { get; init; } = 200;
    public string ContentType { get; init; } = "application/json";
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Before anything is sent, the headers included.</summary>
    public TimeSpan Delay { get; init; }
    public IReadOnlyList<FakePart> Parts { get; init; } = [];

    /// <summary>What has to happen before anything is sent; null: nothing.</summary>
    public Task? After { get; init; }

    /// <summary>A complete answer in the form that the call asked for.</summary>
    public static FakeReply Answer(FakeCall call, string text, FakeUsage? usage = null) =>
        call.Streams ? Stream(text, call.Model, usage) : Json(Completion(text, call.Model, usage));

    public static FakeReply Json(string body, int status = 200) =>
        new() { Status = status, Parts = [new SendPart(Encoding.UTF8.GetBytes(body))] };

    /// <summary>An error in OpenAI's form.</summary>
    public static FakeReply Error(int status, string message, string? code = null, params (string Name, string Value)[] headers) =>
        Json(JsonSerializer.Serialize(new { error = new { message, type = "error", code } }), status) with
        {
            Headers = headers.ToDictionary(header => header.Name, header => header.Value),
        };

    /// <summary>Events whose data are given, as they are.</summary>
    public static FakeReply Events(params string[] data) => new()
    {
        ContentType = "text/event-stream",
        Parts = [.. data.Select(item => new SendPart(Encoding.UTF8.GetBytes($"data: {item}\n\n")))],
    };

    /// <summary>A complete stream of a few pieces, with usage, in OpenAI's form.</summary>
    public static FakeReply Stream(string text, string model = "echo-model", FakeUsage? usage = null) =>
        Events([.. Chunks(text, model), UsageChunk(model, usage), "[DONE]"]);

    public static FakeReply Hang() => new() { Delay = Timeout.InfiniteTimeSpan };

    /// <summary>The body of a whole completion.</summary>
    /// <param name="message">More members of the message, as JSON text that begins with a comma.</param>
    public static string Completion(string? text, string model = "echo-model", FakeUsage? usage = null, string finish = "stop",
        string message = "") =>
        $$"""
        {"id":"chatcmpl-1","object":"chat.completion","model":{{Quote(model)}},"choices":[{"index":0,
        "message":{"role":"assistant","content":{{Quote(text)}}{{message}}},"finish_reason":{{Quote(finish)}}}],"usage":{{usage ?? new FakeUsage()}}}
        """.ReplaceLineEndings("");

    /// <summary>One chunk with a piece of text.</summary>
    public static string Chunk(string? text, string model = "echo-model", string? finish = null) =>
        $$"""
        {"id":"chatcmpl-1","object":"chat.completion.chunk","model":{{Quote(model)}},
        "choices":[{"index":0,"delta":{"content":{{Quote(text)}}},"finish_reason":{{Quote(finish)}}}],"usage":null}
        """.ReplaceLineEndings("");

    public static string UsageChunk(string model = "echo-model", FakeUsage? usage = null) =>
        $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","model":{{Quote(model)}},"choices":[],"usage":{{usage ?? new FakeUsage()}}}""";

    /// <summary>A text in chunks of about 20 characters, the last one with the finish reason.</summary>
    public static IEnumerable<string> Chunks(string text, string model = "echo-model", string finish = "stop") =>
        [.. Pieces(text).Select(piece => Chunk(piece, model)), Chunk(null, model, finish)];

    public static byte[] Gzip(ReadOnlySpan<byte> plain)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize))
        {
            gzip.Write(plain);
        }

        return target.ToArray();
    }

    public static FakeReply Gzipped(string body, string contentType = "application/json") => new()
    {
        ContentType = contentType,
        Headers = new Dictionary<string, string> { ["Content-Encoding"] = "gzip" },
        Parts = [new SendPart(Gzip(Encoding.UTF8.GetBytes(body)))],
    };

    /// <summary>The same reply with these parts after its own.</summary>
    public FakeReply Then(params FakePart[] parts) => this with { Parts = [.. Parts, .. parts] };

    public async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        if (Delay != TimeSpan.Zero)
        {
            await Task.Delay(Delay, TimeProvider.System, cancellationToken);
        }

        if (After is { } happened)
        {
            await happened.WaitAsync(cancellationToken);
        }

        response.StatusCode = Status;
        response.ContentType = ContentType;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (Parts is [SendPart only])
        {
            response.ContentLength = only.Bytes.Length;
        }

        foreach (var part in Parts)
        {
            await part.WriteAsync(response, cancellationToken);
        }
    }

    // Never between the halves of a surrogate pair.
    static IEnumerable<string> Pieces(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(20, text.Length - at);
            length += char.IsHighSurrogate(text[at + length - 1]) && at + length < text.Length ? 1 : 0;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    static string Quote(string? text) => JsonSerializer.Serialize(text);
}
