using System.Net;
using System.Net.Sockets;
using System.Text;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>Connections that break, and replies without an end.</summary>
public class OpenAIChatClientConnectionTests
{
    [Theory]
    [InlineData(true, FailureCodes.IncompleteStream)]
    [InlineData(false, FailureCodes.ConnectionLost)]
    public async Task Connection_DroppedInTheBody_IsAFailure(bool stream, string expected)
    {
        var half = stream ? $"data: {FakeReply.Chunk("Half")}\n\n" : FakeReply.Completion("Half")[..40];
        await using var model = await ModelUnderTest.StartAsync(_ => new FakeReply
        {
            // A reset takes what was not read yet with it, so the reader gets time.
            ContentType = stream ? "text/event-stream" : "application/json",
            Parts = [new SendPart(half), new PausePart(TimeSpan.FromSeconds(2)), new DropPart()],
        }, stream);

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((expected, true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task Connection_DroppedBeforeTheReply_IsAFailureOfOneCall()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => new FakeReply { Parts = [new DropPart()] });

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((FailureCodes.ConnectionLost, true), (failure.Code, failure.Retryable));
        Assert.Single(model.Endpoint.Calls);
    }

    [Fact]
    public async Task Connection_Refused_NamesTheEndpoint()
    {
        // It has the port and doesn't listen, so nobody else does.
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = new Uri($"http://{holder.LocalEndPoint}/v1");
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");
        var client = factory.Get(ModelUnderTest.CatalogOf(address, model), model);

        var error = await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hello.")]));

        Assert.Equal((FailureCodes.ConnectionFailed, true), (error.Failure.Code, error.Failure.Retryable));
        Assert.Contains(address.Authority, error.Message);
    }

    public static TheoryData<string, FakeReply> HugeReplies => new()
    {
        { "gzip bomb", FakeReply.Gzipped(FakeReply.Completion(new string('a', 20_000_000))) },
        { "gzip bomb in a stream", FakeReply.Gzipped($"data: {FakeReply.Chunk(new string('a', 20_000_000))}\n\n", "text/event-stream") },
        { "one endless string", new FakeReply { Parts = [new SendPart("{\"choices\":[{\"message\":{\"content\":\""), new DripPart(new byte[64 * 1024], TimeSpan.Zero)] } },
        { "endless events", FakeReply.Events().Then(new DripPart(Encoding.UTF8.GetBytes($"data: {FakeReply.Chunk("more and more")}\n\n"), TimeSpan.Zero)) },
        { "one endless line", new FakeReply { ContentType = "text/event-stream", Parts = [new DripPart(Encoding.UTF8.GetBytes(new string('d', 65_536)), TimeSpan.Zero)] } },
    };

    [Theory]
    [MemberData(nameof(HugeReplies))]
    public async Task Reply_OverOneMebibyteDecoded_IsCutOff(string what, FakeReply reply)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => reply);

        var failure = (await model.FailAsync()).Failure;

        Assert.True((failure.Code, failure.Retryable) == (FailureCodes.ReplyTooLarge, false), what);
    }

    [Fact]
    public async Task Reply_JustUnderTheLimit_IsAnAnswer()
    {
        var text = new string('a', 1_000_000);
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion(text)), stream: false);

        Assert.Equal(text.Length, (await model.AskAsync()).Text.Length);
    }
}
