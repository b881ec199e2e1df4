using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DurableRouter.Functions.Tests.DeclaredApis.Storage;

/// <summary>Signs each try of a request with the account's key, as "Authorize with Shared Key" describes
/// (learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key).</summary>
abstract class SharedKeyPolicy(string account, byte[] key) : HttpPipelineSynchronousPolicy
{
    protected abstract string Scheme { get; }

    public override void OnSendingRequest(HttpMessage message)
    {
        message.Request.Headers.SetValue("x-ms-date", DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture));
        var signature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(StringToSign(message.Request))));
        message.Request.Headers.SetValue("Authorization", $"{Scheme} {account}:{signature}");
    }

    protected abstract string StringToSign(Request request);

    /// <summary>The resource as it stands in the address: with the emulator its path begins with the account once more.</summary>
    protected string Resource(Uri address) => "/" + account + address.AbsolutePath;

    protected static string Header(Request request, string name) => request.Headers.TryGetValue(name, out var value) ? value! : "";
}
