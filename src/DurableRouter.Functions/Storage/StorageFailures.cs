using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using DurableRouter.Core.Errors;

namespace DurableRouter.Functions.Storage;

/// <summary>Turns what storage says after the SDK's own retries into our codes, in one place for all stores. Answers that a store waits for
/// (404, 409, 412) pass.</summary>
public sealed class StorageFailures : HttpPipelinePolicy
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception e) when (e is RequestFailedException { Status: 0 } or AggregateException)
        {
            throw Busy(message, "can't be reached", e);
        }
        catch (AuthenticationFailedException e)
        {
            throw NoToken(message, e);
        }

        Check(message);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception e) when (e is RequestFailedException { Status: 0 } or AggregateException)
        {
            throw Busy(message, "can't be reached", e);
        }
        catch (AuthenticationFailedException e)
        {
            throw NoToken(message, e);
        }

        Check(message);
    }

    /// <param name="what">What happened, as a sentence without its end.</param>
    internal static DurableRouterException Busy(string what, Exception? cause) =>
        new(ErrorCodes.StorageBusy, $"{what}. Send the request again later.", cause) { RetryAfter = RetryAfter };

    static void Check(HttpMessage message)
    {
        switch (message.Response.Status)
        {
            case 408 or 429 or >= 500:
                throw Busy(message, $"answers {message.Response.Status}", null);
            case 401 or 403:
                throw new DurableRouterException(ErrorCodes.StorageFailed,
                    $"Azure Storage at {message.Request.Uri.Host} refuses the app ({message.Response.Status}). Nothing was kept of the request. "
                    + "Give the app's identity the roles Storage Table Data Contributor and Storage Blob Data Contributor, or correct the connection string.");
        }
    }

    static DurableRouterException Busy(HttpMessage message, string what, Exception? cause) => Busy($"Azure Storage at {message.Request.Uri.Host} {what} after several tries", cause);

    static DurableRouterException NoToken(HttpMessage message, Exception cause) => new(ErrorCodes.StorageFailed,
        $"No Microsoft Entra token for Azure Storage at {message.Request.Uri.Host} could be had, and nothing was kept of the request. Give the app an identity, "
        + "name it in AZURE_CLIENT_ID where it has several, or sign in.", cause);
}
