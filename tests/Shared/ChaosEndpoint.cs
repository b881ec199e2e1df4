using System.Security.Cryptography;
using System.Text;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Shared;

/// <summary>The faults of model endpoints that FAULTS.md numbers 16 to 29, in its order.</summary>
public enum ChaosFault
{
    RateLimitedWithWait,
    RateLimited,
    ServerError,
    Hang,
    Drip,
    Truncated,
    BadAnswer,
    NoAnswer,
    TooLarge,
    Filtered,
    ContextTooLong,
    WrongEcho,
    WrongUsage,
    Redirect,
    None,
}

/// <summary>One served call.</summary>
/// <param name="Usage">What the provider bills.</param>
/// <param name="ToldUsage">Whether the reply tells it, truly and in time.</param>
public sealed record ChaosCall(string Key, string Model, ChaosFault Fault, FakeUsage Usage, bool ToldUsage);

/// <summary>Serves 5% of each fault on models whose name begins with <c>chaos</c>, drawn from the call's key, and sane answers otherwise.
/// Every fault has variants.</summary>
public static class ChaosEndpoint
{
    const int PercentEach = 5;

    static readonly FakeUsage Nothing = new(0, 0);
    static readonly byte[] Bomb = FakeReply.Gzip(new byte[4 * 1024 * 1024]);

    public static (ChaosCall Call, FakeReply Reply) Serve(FakeCall call)
    {
        var roll = SHA256.HashData(Encoding.UTF8.GetBytes(call.Key!));
        var percent = BitConverter.ToUInt16(roll) % 100;
        var fault = call.Model.StartsWith("chaos", StringComparison.Ordinal) ? (ChaosFault)Math.Min(percent / PercentEach, (int)ChaosFault.None) : ChaosFault.None;
        var answer = SaneReplies.Answer(call.Request);
        var usage = new FakeUsage(Math.Max(1, call.Request.GetProperty("messages").GetRawText().Length / 4), Math.Max(1, answer.Length / 4));
        var (reply, billed, told) = Reply(fault, roll[2], call, answer, usage);
        return (new ChaosCall(call.Key!, call.Model, fault, billed, told), reply);
    }

    static (FakeReply Reply, FakeUsage Billed, bool Told) Reply(ChaosFault fault, int variant, FakeCall call, string answer, FakeUsage usage) => fault switch
    {
        ChaosFault.RateLimitedWithWait => (Refused(429, null, (variant % 6) switch
        {
            0 => ("Retry-After", "0.05"),
            1 => ("retry-after-ms", "40"),
            2 => ("Retry-After", "3600"),
            3 => ("Retry-After", "-7"),
            4 => ("Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT"),
            _ => ("x-ratelimit-reset-requests", "60ms"),
        }), Nothing, false),
        ChaosFault.RateLimited => (Refused(429, variant % 2 == 0 ? "insufficient_quota" : null), Nothing, false),
        ChaosFault.ServerError => (Refused(500 + (variant % 5), null), Nothing, false),
        ChaosFault.Hang => (FakeReply.Hang(), usage, false),
        ChaosFault.Drip => (new FakeReply
        {
            ContentType = "text/event-stream",
            Parts = variant % 2 == 0 ? [new DripPart(": still there\n\n"u8.ToArray(), TimeSpan.FromMilliseconds(100))]
                : [new SendPart($"data: {FakeReply.Chunk("{", call.Model)}\n\n"), new PausePart(Timeout.InfiniteTimeSpan)],
        }, usage, false),
        ChaosFault.Truncated => (FakeReply.Json(FakeReply.Completion(answer[..(answer.Length / 2)], call.Model, usage, "length")), usage, true),
        ChaosFault.BadAnswer => (FakeReply.Answer(call, (variant % 3) switch { 0 => "I would rather talk.", 1 => "{}", _ => answer[..^1] }, usage), usage, true),
        ChaosFault.NoAnswer => Silent(variant % 4, call, usage),
        ChaosFault.TooLarge => (variant % 2 == 0
            ? new FakeReply { Headers = new Dictionary<string, string> { ["Content-Encoding"] = "gzip" }, Parts = [new SendPart(Bomb)] }
            : FakeReply.Json(FakeReply.Completion(new string('x', 1_100_000), call.Model, usage)), usage, false),
        ChaosFault.Filtered => (variant % 2 == 0 ? FakeReply.Json(FakeReply.Completion("", call.Model, usage, "content_filter"))
            : FakeReply.Json(FakeReply.Completion(null, call.Model, usage, message: ",\"refusal\":\"I can't help with that.\"")), usage, true),
        ChaosFault.ContextTooLong => (Refused(400, "context_length_exceeded"), Nothing, false),
        ChaosFault.WrongEcho => (FakeReply.Json(FakeReply.Completion(answer, "somebody-else", usage)), usage, true),
        ChaosFault.WrongUsage => (FakeReply.Json(Misreport(variant % 3, FakeReply.Completion(answer, call.Model, usage), usage)), usage, false),
        ChaosFault.Redirect => (new FakeReply { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = "http://127.0.0.1:9/v1" } }, Nothing, false),
        _ => (FakeReply.Answer(call, answer, usage), usage, true),
    };

    static (FakeReply, FakeUsage, bool) Silent(int variant, FakeCall call, FakeUsage usage) => variant switch
    {
        0 => (FakeReply.Json(FakeReply.Completion("", call.Model, usage)), usage, true),
        1 => (FakeReply.Json($$"""{"model":"{{call.Model}}","choices":[],"usage":{{usage}}}"""), usage, true),
        2 => (FakeReply.Json("""{"error":{"message":"the engine is overloaded","type":"server_error"}}"""), Nothing, false),
        _ => (FakeReply.Events(FakeReply.Chunk("{", call.Model)), usage, false),
    };

    static string Misreport(int variant, string completion, FakeUsage usage) => variant switch
    {
        0 => completion.Replace(usage.ToString(), "null", StringComparison.Ordinal),
        1 => completion.Replace($"\"prompt_tokens\":{usage.Input}", "\"prompt_tokens\":-5", StringComparison.Ordinal),
        _ => completion.Replace($"\"total_tokens\":{usage.Input + usage.Output}", "\"total_tokens\":1", StringComparison.Ordinal),
    };

    static FakeReply Refused(int status, string? code, params (string Name, string Value)[] headers) => FakeReply.Error(status, "not now", code, headers);
}
