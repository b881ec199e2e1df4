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
        var settings = Read((Settings.Storage, "UseDevelopmentStorage=true"));

        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "config"), settings.ConfigFolder);
        Assert.Equal((TimeSpan.FromDays(30), null, new Uri("http://localhost:7071")), (settings.Retention, settings.PublicUrl, settings.OwnUrl));
        Assert.Empty(settings.Keys);
    }

    [Fact]
    public void OnAzure_OwnAddressIsItsHostName()
    {
        var settings = Read((Settings.Storage, "x"), (Settings.AzureSite, "router"), (Settings.HostName, "router.azurewebsites.net"),
            (Settings.Keys, $"ada:admin:{Hash}"));

        Assert.Equal(new Uri("https://router.azurewebsites.net"), settings.OwnUrl);
        Assert.Equal("ada", Assert.Single(settings.Keys).Name);
    }

    [Theory]
    [InlineData(Settings.RetentionDays, "0")]
    [InlineData(Settings.RetentionDays, "a month")]
    [InlineData(Settings.PublicUrl, "router.example.com")]
    [InlineData(Settings.StorageTableUri, "ftp://tables")]
    [InlineData(Settings.Storage, "")]
    public void BadSetting_IsNamed(string name, string value)
    {
        var refused = Assert.Throws<DurableRouterException>(() => Read((Settings.Storage, "x"), (name, value)));

        Assert.Equal(ErrorCodes.ConfigInvalid, refused.Code);
        Assert.Contains(name, refused.Message);
    }

    /// <summary>Of the whole app, which must not get as far as listening.</summary>
    [Fact]
    public async Task OnAzureWithoutKeys_TheAppDoesNotStart()
    {
        Dictionary<string, string> settings = new() { [Settings.Storage] = "UseDevelopmentStorage=true", [Settings.AzureSite] = "router" };

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
