using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>The stores with the app's identity in place of a key, as on Azure, against an Azurite that takes tokens.</summary>
public sealed class EntraTests(EntraTests.TokenServer server) : IClassFixture<EntraTests.TokenServer>
{
    [Fact]
    public async Task Stores_WithTheAppsIdentity_AskForStorageAndWork()
    {
        var identity = new Identity("https://storage.azure.com");
        var storage = Open(identity);
        await storage.CreateAsync(default);
        var content = new BlobContentStore(storage);

        var address = await content.PutAsync("kept"u8.ToArray(), default);

        Assert.Equal("kept"u8.ToArray(), (await content.GetAsync(address, default)).ToArray());
        Assert.True(await storage.Ledger.TryAddAsync(StorageLayout.NewEntity("run-1", "row"), default));
        Assert.NotNull(await storage.Ledger.FindAsync("run-1", "row", default));
        Assert.Equal(["https://storage.azure.com/.default"], identity.Scopes.Distinct());
    }

    [Fact]
    public async Task Stores_WithATokenForSomethingElse_AreRefused_NamingTheRoles()
    {
        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => Open(new Identity("https://vault.azure.net")).Ledger.FindAsync("p", "r", default));

        Assert.Equal(ErrorCodes.StorageFailed, refused.Code);
        Assert.Contains("Storage Table Data Contributor", refused.Message, StringComparison.Ordinal);
    }

    StorageLayout Open(TokenCredential identity) => new(new TableServiceClient(server.Azurite.Tables, identity, With(new TableClientOptions())),
        new BlobServiceClient(server.Azurite.Blobs, identity, With(new BlobClientOptions())), "entra");

    TOptions With<TOptions>(TOptions options) where TOptions : ClientOptions
    {
        options.Transport = new HttpClientTransport(server.Http);
        options.AddPolicy(new StorageFailures(), HttpPipelinePosition.PerCall);
        return options;
    }

    /// <summary>Tokens that say what Azurite looks at; nobody has signed them.</summary>
    sealed class Identity(string audience) : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            lock (Scopes)
            {
                Scopes.AddRange(requestContext.Scopes);
            }

            var now = DateTimeOffset.UtcNow;
            var (from, to) = (now.AddMinutes(-5).ToUnixTimeSeconds(), now.AddHours(1).ToUnixTimeSeconds());
            var claims = $$"""{"aud":"{{audience}}","iss":"https://sts.windows.net/tenant/","iat":{{from}},"nbf":{{from}},"exp":{{to}}}""";
            return new AccessToken($"{Part("""{"alg":"RS256","typ":"JWT"}""")}.{Part(claims)}.{Part("unsigned")}", now.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));

        static string Part(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>An Azurite with a certificate that signed itself, and connections that trust it.</summary>
    public sealed class TokenServer : IAsyncLifetime
    {
        readonly string _folder = Directory.CreateTempSubdirectory("azurite-entra-").FullName;

        public AzuriteServer Azurite { get; private set; } = null!;

        public HttpClient Http { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            var file = Path.Combine(_folder, "azurite.pem");
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
            var thumbprint = certificate.Thumbprint;
            Http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == thumbprint });
            Azurite = await AzuriteServer.StartWithTokensAsync(file);
        }

        public async Task DisposeAsync()
        {
            await Azurite.DisposeAsync();
            Http.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
