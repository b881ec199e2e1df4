using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace DurableRouter.Simulation.Server;

/// <summary>The answers of a simulated model as replies of <see cref="FakeModelEndpoint"/>.</summary>
public static class SimulatedReplies
{
    public static async ValueTask<FakeReply> AnswerAsync(SimulatedChatClient model, FakeCall call, CancellationToken cancellationToken)
    {
        var request = WireRequest.Read(call.Request);
        var updates = model.GetStreamingResponseAsync(request.Messages, request.Options, cancellationToken);
        try
        {
            if (request.Stream)
            {
                // Its first update tells whether the model answers at all.
                var rest = updates.GetAsyncEnumerator(cancellationToken);
                return await rest.MoveNextAsync() ? new FakeReply { ContentType = "text/event-stream", Parts = [new UpdatesPart(rest)] }
                    : FakeReply.Events("[DONE]");
            }

            var answer = await updates.ToChatResponseAsync(cancellationToken);
            return FakeReply.Json(FakeReply.Completion(answer.Text, answer.ModelId ?? request.Model, Usage(answer.Usage),
                answer.FinishReason?.Value ?? "stop"));
        }
        catch (SimulatedFaultException e)
        {
            return FakeReply.Error(e.Status, e.Message, e.Code);
        }
    }

    static FakeUsage Usage(UsageDetails? usage) => usage is null ? FakeUsage.None
        : new(usage.InputTokenCount ?? 0, usage.OutputTokenCount ?? 0, usage.CachedInputTokenCount ?? 0, usage.ReasoningTokenCount ?? 0)
        {
            Total = usage.TotalTokenCount,
        };

    /// <summary>Updates as they come, the current one first.</summary>
    sealed record UpdatesPart(IAsyncEnumerator<ChatResponseUpdate> Updates) : FakePart
    {
        public override async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
        {
            await using (Updates)
            {
                do
                {
                    var update = Updates.Current;
                    var model = update.ModelId ?? "";
                    await SendAsync(response, FakeReply.Chunk(update.Text, model, update.FinishReason?.Value), cancellationToken);
                    if (update.Contents.OfType<UsageContent>().FirstOrDefault() is { } content)
                    {
                        await SendAsync(response, FakeReply.UsageChunk(model, Usage(content.Details)), cancellationToken);
                    }
                }
                while (await Updates.MoveNextAsync());
            }

            await SendAsync(response, "[DONE]", cancellationToken);
        }

        static async Task SendAsync(HttpResponse response, string data, CancellationToken cancellationToken)
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }
}
