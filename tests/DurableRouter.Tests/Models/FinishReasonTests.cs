using DurableRouter.Core.Errors;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>Every vendor has words of its own for how an answer ended.</summary>
public class FinishReasonTests
{
    const string Ok = "ok";

    [Theory]
    [InlineData("", Ok)]
    [InlineData("  ", Ok)]
    [InlineData("STOP", Ok)]
    [InlineData("end_turn", Ok)]
    [InlineData("eos", Ok)]
    [InlineData("eos_token", Ok)]
    [InlineData("stop_sequence", Ok)]
    [InlineData("COMPLETE", Ok)]
    [InlineData("FINISH_REASON_STOP", Ok)]
    [InlineData("something of next year", Ok)]
    [InlineData("max_tokens", FailureCodes.OutputTruncated)]
    [InlineData("MAX_TOKENS", FailureCodes.OutputTruncated)]
    [InlineData("model_length", FailureCodes.OutputTruncated)]
    [InlineData("model_context_window_exceeded", FailureCodes.OutputTruncated)]
    [InlineData("SAFETY", FailureCodes.ContentFiltered)]
    [InlineData("sensitive", FailureCodes.ContentFiltered)]
    [InlineData("CONTENT_FILTER", FailureCodes.ContentFiltered)]
    [InlineData("content-filter", FailureCodes.ContentFiltered)]
    [InlineData("PROHIBITED_CONTENT", FailureCodes.ContentFiltered)]
    [InlineData("guardrail_intervened", FailureCodes.ContentFiltered)]
    [InlineData("ERROR_TOXIC", FailureCodes.ContentFiltered)]
    [InlineData("refusal", FailureCodes.Refused)]
    [InlineData("tool_use", FailureCodes.UnexpectedToolCall)]
    [InlineData("error", FailureCodes.ErrorInReply)]
    [InlineData("network_error", FailureCodes.ErrorInReply)]
    [InlineData("insufficient_system_resource", FailureCodes.ErrorInReply)]
    [InlineData("MALFORMED_FUNCTION_CALL", FailureCodes.ErrorInReply)]
    public async Task Word_OfAnyVendor_MeansTheSame_WholeAndStreamed(string word, string expected)
    {
        foreach (var stream in new[] { false, true })
        {
            await using var model = await ModelUnderTest.StartAsync(_ => stream
                ? FakeReply.Events(FakeReply.Chunk("Fine.", finish: word), FakeReply.UsageChunk(), "[DONE]")
                : FakeReply.Json(FakeReply.Completion("Fine.", finish: word)), stream);

            if (expected == Ok)
            {
                Assert.Equal("Fine.", (await model.AskAsync()).Text);
            }
            else
            {
                Assert.Equal(expected, (await model.FailAsync()).Failure.Code);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    public async Task Stream_CutAfterAnEmptyReason_HasNotEnded(string word)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events(FakeReply.Chunk("Half an ans", finish: word)));

        Assert.Equal(FailureCodes.IncompleteStream, (await model.FailAsync()).Failure.Code);
    }
}
