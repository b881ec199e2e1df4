using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Notifications;
using DurableRouter.Tests.Configuration;

namespace DurableRouter.Tests.Notifications;

public class WebhookConfigTests
{
    const string Whole = """
        publicUrl: https://router.example.com
        approvals:
          in:
            - { name: chat, secretsEnv: [CHAT_SECRET, CHAT_SECRET_OLD], groups: [reviewers] }
          out:
            - { name: chat, url: https://chat.example.com/hook, secretsEnv: [OUT_SECRET], approvers: [dora] }
        callbacks:
          secretsEnv: [CALLBACK_SECRET]
          hosts: [{ host: hooks.example.com }, { host: 10.0.0.5, port: 8080, private: true }]
        """;

    [Fact]
    public void WholeFile_IsRead()
    {
        var config = TemporaryConfig.Load(("webhooks.yaml", Whole)).GetOrThrow().Webhooks;

        Assert.Equal(["CHAT_SECRET", "CHAT_SECRET_OLD"], Assert.Single(config.Sources).Secrets.Variables);
        Assert.True(Assert.Single(config.Receivers).Hears("anybody"));
        Assert.NotNull(config.Callbacks!.Find(new Uri("https://HOOKS.example.com/x?y=1")));
        Assert.NotNull(config.Callbacks.Find(new Uri("http://10.0.0.5:8080/")));
        Assert.All(["http://hooks.example.com/", "https://hooks.example.com:444/", "https://hooks.example.com.evil.org/", "https://a:b@hooks.example.com/"],
            url => Assert.Null(config.Callbacks.Find(new Uri(url))));
        Assert.Same(WebhookConfig.None, TemporaryConfig.Load().GetOrThrow().Webhooks);
    }

    [Theory]
    [InlineData("callbacks:", "callback:", "webhooks.yaml:7: unknown key 'callback' in the file; did you mean 'callbacks'?")]
    [InlineData("url: https://chat", "url: http://chat", "webhooks.yaml:6: url of an entry of out of approvals of the file can't be used")]
    [InlineData("secretsEnv: [OUT_SECRET], ", "", "webhooks.yaml:6: an entry of out of approvals of the file has no 'secretsEnv'")]
    [InlineData("[dora]", "['dora ']", "webhooks.yaml:6: approvers of an entry of out of approvals of the file takes persons' names")]
    [InlineData("[OUT_SECRET]", "[whsec_abc]", "webhooks.yaml:6: secretsEnv of an entry of out of approvals of the file takes the name of an environment variable")]
    [InlineData("host: hooks.example.com", "host: https://hooks.example.com", "webhooks.yaml:9: host of an entry of hosts of callbacks of the file is")]
    [InlineData("port: 8080", "port: 0", "webhooks.yaml:9: port of an entry of hosts of callbacks of the file is 0")]
    public void Fault_IsReportedWithItsPlace(string old, string changed, string problem)
    {
        var problems = TemporaryConfig.Load(("webhooks.yaml", Whole.Replace(old, changed, StringComparison.Ordinal))).Problems;

        Assert.StartsWith(problem, Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("secret")]
    [InlineData("whsec_c2hvcnQ=")]
    public void SecretThatIsMissingOrWeak_KeepsTheHostFromStarting_AndIsNotRepeated(string? value)
    {
        var config = TemporaryConfig.Load(("webhooks.yaml", Whole)).GetOrThrow().Webhooks;

        var refused = Assert.Throws<DurableRouterException>(() => new WebhookSecrets(config, _ => value));

        Assert.Equal(ErrorCodes.KeyMissing, refused.Code);
        Assert.StartsWith("webhooks.yaml:4: the variable CHAT_SECRET must hold a secret", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, refused.Message.Split('\n').Length);
        Assert.DoesNotContain("whsec_c2hvcnQ", refused.Message, StringComparison.Ordinal);
    }
}
