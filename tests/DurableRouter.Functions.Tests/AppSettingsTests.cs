using DurableRouter.Core.Errors;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Host;
using Microsoft.Extensions.Configuration;

namespace DurableRouter.Functions.Tests;

public sealed class AppSettingsTests
{
    const string Hash = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

    [Fact]
    public void Defaults_AreThoseOfTheManual()
    {
        var settings = Read((Settings.Storage, "UseDevelopmentStorage=true"), (Settings.Keyless, "true"));

        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "config"), settings.ConfigFolder);
        Assert.Equal((TimeSpan.FromDays(30), null, new Uri("http://localhost:7071")), (settings.Retention, settings.PublicUrl, settings.OwnUrl));
        Assert.Empty(settings.Keys);
        Assert.Null(settings.ClientAddressHeader);
    }

    [Fact]
    public void OnAzure_OwnAddressIsItsHostName()
    {
        var settings = Read((Settings.Storage, "x"), (Settings.AzureSite, "router"), (Settings.HostName, "router.azurewebsites.net"),
            (Settings.Keys, $"ada:admin:{Hash}"));

        Assert.Equal(new Uri("https://router.azurewebsites.net"), settings.OwnUrl);
        Assert.Equal("ada", Assert.Single(settings.Keys).Name);
        Assert.Equal("CLIENT-IP", settings.ClientAddressHeader);
    }

    [Fact]
    public void NoKeys_WithoutTheSettingThatAllowsIt_IsRefused_AndBothAreNamed()
    {
        var refused = Assert.Throws<DurableRouterException>(() => Read((Settings.Storage, "x")));

        Assert.Equal(ErrorCodes.ConfigInvalid, refused.Code);
        Assert.Contains(Settings.Keys, refused.Message);
        Assert.Contains(Settings.Keyless, refused.Message);
    }

    [Fact]
    public void NoKeys_OnAzure_AreRefused_WhateverIsAllowed()
    {
        var refused = Assert.Throws<DurableRouterException>(() => Read((Settings.Storage, "x"), (Settings.AzureSite, "router"), (Settings.Keyless, "true")));

        Assert.Contains(Settings.Keys, refused.Message);
        Assert.DoesNotContain(Settings.Keyless, refused.Message);
    }

    [Fact]
    public void ClientAddressHeader_BehindAGateway_IsTheGateways()
    {
        var settings = Read((Settings.Storage, "x"), (Settings.AzureSite, "router"), (Settings.Keys, $"ada:admin:{Hash}"),
            (Settings.ClientAddressHeader, "X-Azure-SocketIP"));

        Assert.Equal("X-Azure-SocketIP", settings.ClientAddressHeader);
    }

    [Theory]
    [InlineData(Settings.RetentionDays, "0")]
    [InlineData(Settings.RetentionDays, "a month")]
    [InlineData(Settings.PublicUrl, "router.example.com")]
    [InlineData(Settings.StorageTableUri, "ftp://tables")]
    [InlineData(Settings.Storage, "")]
    [InlineData(Settings.Keyless, "yes")]
    public void BadSetting_IsNamed(string name, string value)
    {
        var refused = Assert.Throws<DurableRouterException>(() => Read((Settings.Storage, "x"), (Settings.Keyless, "true"), (name, value)));

        Assert.Equal(ErrorCodes.ConfigInvalid, refused.Code);
        Assert.Contains(name, refused.Message);
    }

    /// <summary>Of the whole app, which must not get as far as listening.</summary>
    [Fact]
    public async Task OnAzureWithoutKeys_TheAppDoesNotStart()
    {
        Dictionary<string, string> settings = new()
        {
            [Settings.Storage] = "UseDevelopmentStorage=true",
            [Settings.Keyless] = "true",
            [Settings.AzureSite] = "router",
        };

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => WorkerProcess.StartAsync(settings, new TaskHubStore()));

        Assert.Contains(Settings.Keys, refused.Message);
    }

    static AppSettings Read(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        return AppSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
