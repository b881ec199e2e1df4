using DurableRouter.Core.Errors;
using DurableRouter.Http.Access;
using DurableRouter.Local.Commands;
using DurableRouter.Local.Serving;

namespace DurableRouter.Tests.Local;

public sealed class BindPolicyTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("http://localhost:0")]
    [InlineData("http://[::1]:5080")]
    [InlineData("http://127.0.0.1:1;http://127.0.0.2:2/")]
    public void Bindings_ThisMachine_NeedNothing(string urls) =>
        Assert.All(new BindPolicy(false, false, false, false).Bindings(urls), binding => Assert.True(binding.IsLoopback));

    [Theory]
    [InlineData("http://0.0.0.0:80", false, true, false, true)]
    [InlineData("http://0.0.0.0:80", true, false, false, true)]
    [InlineData("http://*:80", true, true, false, false)]
    [InlineData("http://192.0.2.7:80", true, true, true, false)]
    [InlineData("http://[::]:80", false, false, false, false)]
    [InlineData("https://127.0.0.1:443", false, false, false, false)]
    [InlineData("http://example.com:80", true, true, true, true)]
    [InlineData("http://127.0.0.1:80/path", false, false, false, false)]
    [InlineData("ftp://127.0.0.1", false, false, false, false)]
    [InlineData(";", false, false, false, false)]
    public void Bindings_OpenToOthersWithoutProtection_AreRefused(string urls, bool keys, bool isPublic, bool certificate, bool proxy) =>
        Assert.Throws<UsageException>(() => new BindPolicy(keys, isPublic, certificate, proxy).Bindings(urls));

    [Theory]
    [InlineData("http://0.0.0.0:80", false, true)]
    [InlineData("https://0.0.0.0:443", true, false)]
    public void Bindings_KeysAndTlsOrAProxy_AreAllowed(string urls, bool certificate, bool proxy) =>
        Assert.False(Assert.Single(new BindPolicy(true, true, certificate, proxy).Bindings(urls)).IsLoopback);

    [Fact]
    public void Keys_Entries_AreReadWithTheirRoles()
    {
        var hash = ApiKey.HashOf("secret");

        var key = Assert.Single(ApiKeys.Read($"ada:viewer+approver:{hash.ToUpperInvariant()}"));

        Assert.Equal(("ada", ApiRole.Viewer | ApiRole.Approver, hash), (key.Name, key.Roles, key.Sha256));
    }

    [Theory]
    [InlineData("ada:viewer:short")]
    [InlineData("ada:king:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("ada:3:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("ada::e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("a-plain-key")]
    public void Keys_BadEntry_IsRefusedWithoutRepeatingIt(string text)
    {
        var refusal = Assert.Throws<DurableRouterException>(() => ApiKeys.Read(text));

        Assert.DoesNotContain(text, refusal.Message, StringComparison.Ordinal);
    }
}
