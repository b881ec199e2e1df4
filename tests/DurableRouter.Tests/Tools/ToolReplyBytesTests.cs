using System.Text;
using System.Text.Json;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Tools;

/// <summary>The bytes of a tool's reply: decoded as they say, or refused by name; never a replacement character.</summary>
public sealed class ToolReplyBytesTests
{
    const string Body = """{"name":"Zoë – naïve €"}""";

    static readonly byte[] NotText = [.. """{"name":"a"""u8, 0xE9, .. "\"}"u8];

    static ToolReplyBytesTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string, string?, string?, byte[]> Readable => new()
    {
        { "UTF-8", "application/json", null, Encoding.UTF8.GetBytes(Body) },
        { "UTF-8 with its mark", "application/json", null, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Body)] },
        { "no type", null, null, Encoding.UTF8.GetBytes(Body) },
        { "windows-1252", "application/json; charset=windows-1252", null, Encoding.GetEncoding(1252).GetBytes(Body) },
        { "quoted charset", "application/json; charset=\"UTF-16LE\"", null, Encoding.Unicode.GetBytes(Body) },
        { "UTF-16 by its mark", "application/json; charset=utf-8", null, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Body)] },
        { "UTF-32 by its mark", "application/json", null, [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes(Body)] },
        { "gzip unasked", "application/json", "gzip", FakeReply.Gzip(Encoding.UTF8.GetBytes(Body)) },
        { "gzip unsaid", "application/json", null, FakeReply.Gzip(Encoding.UTF8.GetBytes(Body)) },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task Reply_InAnyEncodingThatItNames_IsRead(string what, string? type, string? encoding, byte[] bytes)
    {
        var reply = await CallAsync(type, encoding, bytes);

        Assert.True(reply.Failure is null, $"{what}: {reply.Failure?.Message}");
        Assert.Equal(Body, reply.Text);
    }

    public static TheoryData<string?, string?, byte[], string> Unreadable => new()
    {
        { "application/json", null, NotText, "no valid utf-8" },
        { "application/json; charset=utf-8", null, NotText, "no valid utf-8" },
        { "application/json; charset=klingon", null, "{}"u8.ToArray(), "charset klingon" },
        { "application/json", "zstd", "{}"u8.ToArray(), "content encoding zstd" },
        { "application/json", "gzip", "{}"u8.ToArray(), "can't be unpacked" },
        { "application/json", "gzip", FakeReply.Gzip(new byte[8 * 1024 * 1024]), "when it is unpacked" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task Reply_ThatIsNoText_IsAFailureThatSaysWhy_AndMayHaveArrived(string? type, string? encoding, byte[] bytes, string expected)
    {
        var reply = await CallAsync(type, encoding, bytes);

        Assert.Equal(FailureCodes.InvalidJson, reply.Failure?.Code);
        Assert.Contains(expected, reply.Failure!.Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(reply.MayHaveArrived);
    }

    [Theory]
    [InlineData(400, "{\"error\":\"violates the refund policy: order is too long ago\"}", FailureCodes.BadRequest)]
    [InlineData(413, "no", FailureCodes.BadRequest)]
    public async Task Refusal_OfATool_IsNotReadAsAModels(int status, string body, string expected) =>
        Assert.Equal(expected, (await CallAsync("application/json", null, Encoding.UTF8.GetBytes(body), status)).Failure?.Code);

    static async Task<ToolReply> CallAsync(string? type, string? encoding, byte[] bytes, int status = 200)
    {
        await using var tool = await FakeTool.StartAsync(_ => new FakeReply
        {
            Status = status,
            ContentType = type!,
            Headers = encoding is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Content-Encoding"] = encoding },
            Parts = [new SendPart(bytes)],
        });
        using var http = new GuardedHttpClient();
        var client = new ToolClient(http, _ => null, TimeProvider.System);
        var definition = new ToolDefinition
        {
            Name = "t", Description = "Does it.", Scope = ToolScope.Write, Method = "POST", Url = tool.Address, Private = true,
            Input = JsonElement.Parse("{}"), Output = JsonElement.Parse("{}"),
        };
        return await client.CallAsync(definition, JsonElement.Parse("{}"), "run/step/0/1", "run/step/0", CancellationToken.None);
    }
}
