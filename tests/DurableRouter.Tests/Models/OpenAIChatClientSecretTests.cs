using DurableRouter.Core.Errors;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>The key of an endpoint stays where it is, whatever the endpoint says.</summary>
public class OpenAIChatClientSecretTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_ThatRepeatsTheKey_IsRefused_AndNothingOfItIsKept(bool inTheText)
    {
        await using var model = await ModelUnderTest.StartAsync(call => FakeReply.Json(inTheText
            ? FakeReply.Completion($"I was asked with {call.Headers["Authorization"]}.")
            : FakeReply.Completion("Fine.", model: call.Headers["Authorization"])), stream: false);

        var error = await model.FailAsync();

        Assert.Equal(FailureCodes.SecretInReply, error.Failure.Code);
        Assert.Null(error.ModelId);
        Assert.DoesNotContain(ModelUnderTest.Secret, error.ToString());
    }

    [Theory]
    [InlineData(401, "Incorrect API key provided: " + ModelUnderTest.Secret + ".")]
    [InlineData(500, "crash with Authorization: Bearer " + ModelUnderTest.Secret)]
    [InlineData(400, "key canary-Zq7X****d4-key is not allowed")]
    [InlineData(200, "echo of " + ModelUnderTest.Secret)]
    public async Task Failure_WhoseTextEchoesTheKey_HidesIt(int status, string message)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(status, message));

        var error = await model.FailAsync();

        foreach (var text in new[] { error.ToString(), error.Failure.ToString() })
        {
            Assert.DoesNotContain(ModelUnderTest.Secret, text);
            Assert.DoesNotContain("canary-Zq7X", text);
            Assert.DoesNotContain("d4-key", text);
        }

        Assert.Contains("[redacted]", error.Message);
    }
}
