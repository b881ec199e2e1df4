using System.Net;
using System.Net.Http.Headers;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class StorageFailuresTests
{
    [Fact]
    public async Task WrongKey_IsAStableCode_NamingTheRoles()
    {
        var connection = (await AzuriteServer.Shared).Connection.Replace("AccountKey=E", "AccountKey=A", StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => Index(connection).GetAsync("run-1", default));

        Assert.Equal(ErrorCodes.StorageFailed, refused.Code);
        Assert.Contains("Storage Table Data Contributor", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceThatIsAway_IsBusy_WithATimeToTryAgain()
    {
        using var nobody = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var connection = $"AccountName=a;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:{port}/a;TableEndpoint=http://127.0.0.1:{port}/a";

        var busy = await Assert.ThrowsAsync<DurableRouterException>(() => Index(connection).GetAsync("run-1", default));

        Assert.Equal(ErrorCodes.StorageBusy, busy.Code);
        Assert.NotNull(busy.RetryAfter);
    }

    [Fact]
    public async Task Identity_ThatGetsNoToken_IsAStableCode_SayingWhatToDo()
    {
        var options = new TableClientOptions();
        options.AddPolicy(new StorageFailures(), HttpPipelinePosition.PerCall);
        var table = new TableServiceClient(new Uri("https://127.0.0.1:9/account"), new NoIdentity(), options).GetTableClient("t");

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => table.FindAsync("p", "r", default));

        Assert.Equal(ErrorCodes.StorageFailed, refused.Code);
        Assert.Contains("AZURE_CLIENT_ID", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-and-account", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TransactionWhosePartIsThrottled_IsBusy()
    {
        using var part = new HttpClient(new ThrottledPart());
        var options = new TableClientOptions { Transport = new HttpClientTransport(part) };
        var table = new TableServiceClient((await AzuriteServer.Shared).Connection, options).GetTableClient("t");

        var busy = await Assert.ThrowsAsync<DurableRouterException>(() =>
            table.TrySubmitAsync([new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "r"))], default));

        Assert.Equal(ErrorCodes.StorageBusy, busy.Code);
        Assert.NotNull(busy.RetryAfter);
    }

    /// <summary>202 for the whole, 503 for its one part.</summary>
    sealed class ThrottledPart : HttpMessageHandler
    {
        const string Body = "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\r\n"
            + """{"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"The server is busy."}}}""" + "\r\n--b--\r\n";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.Accepted)
            {
                Content = new StringContent(Body) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/mixed; boundary=b") } },
            });
    }

    sealed class NoIdentity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("tenant-and-account");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("tenant-and-account");
    }

    static TableRunIndex Index(string connection)
    {
        var options = new TableClientOptions { Retry = { MaxRetries = 1, Delay = TimeSpan.Zero } };
        options.AddPolicy(new StorageFailures(), HttpPipelinePosition.PerCall);
        var storage = new StorageLayout(new TableServiceClient(connection, options), new BlobServiceClient(connection), "failures");
        return TestRuns.Index(storage);
    }
}
