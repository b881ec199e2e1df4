using Microsoft.Extensions.AI;

namespace DurableRouter.Simulation;

/// <summary>Spoils a finished reply as the chaos script demands.</summary>
static class FaultyReply
{
    public static SimulatedReply Of(SimulatedFault fault, SimulatedReply reply) => fault switch
    {
        SimulatedFault.BadJson => Say(reply, BreakJson(reply.Text), ChatFinishReason.Stop),
        SimulatedFault.SchemaError => Say(reply, BreakSchema(reply.Text), ChatFinishReason.Stop),
        SimulatedFault.Truncated => Say(reply, TokenEstimate.Cut(reply.Text, TokenEstimate.Of(reply.Text) / 2), ChatFinishReason.Length),
        SimulatedFault.Empty => Say(reply, "", ChatFinishReason.Stop),
        SimulatedFault.ContentFilter => Say(reply, "", ChatFinishReason.ContentFilter),
        SimulatedFault.Refusal => reply with { Contents = [new ErrorContent("I can't help with that.") { ErrorCode = "Refusal" }] },
        SimulatedFault.WrongModel => reply with { Model = reply.Model + "-other" },
        SimulatedFault.NoUsage => reply with { Usage = null },
        SimulatedFault.WrongUsage => reply with
        {
            Usage = new UsageDetails { InputTokenCount = -1, CachedInputTokenCount = 10, OutputTokenCount = reply.OutputTokens, TotalTokenCount = 1 },
        },
        _ => reply,
    };

    static SimulatedReply Say(SimulatedReply reply, string text, ChatFinishReason reason)
    {
        var tokens = TokenEstimate.Of(text);
        var input = reply.Usage?.InputTokenCount ?? 0;
        return reply with
        {
            Contents = [new TextContent(text)],
            FinishReason = reason,
            Usage = new UsageDetails
            {
                InputTokenCount = input, CachedInputTokenCount = 0, OutputTokenCount = tokens, ReasoningTokenCount = 0, TotalTokenCount = input + tokens,
            },
        };
    }

    static string BreakJson(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? text + " }" : text.Remove(colon, 1).Insert(colon, " = ");
    }

    /// <summary>Renames the first property, so that one is missing and another is unknown.</summary>
    static string BreakSchema(string text)
    {
        if (LooseJson.FirstObject(text, 0) is not { Count: > 0 } answer)
        {
            return """{"unexpected":true}""";
        }

        var (name, value) = answer.First();
        answer.Remove(name);
        answer["unexpected_" + name] = value;
        return LooseJson.Write(answer);
    }
}
