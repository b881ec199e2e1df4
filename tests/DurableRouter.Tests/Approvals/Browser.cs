using Microsoft.Playwright;

namespace DurableRouter.Tests.Approvals;

/// <summary>The chromium of this machine, without a window and with a profile of its own, for all tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    IPlaywright? _playwright;
    IBrowser? _browser;

    public async Task InitializeAsync()
    {
        var program = Installed() ?? throw new InvalidOperationException("The page tests need chromium, and none is in PATH: apt-get install -y chromium");
        _playwright = await Playwright.CreateAsync().WaitAsync(Patience);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = ["--no-sandbox"],
            Timeout = (float)Patience.TotalMilliseconds,
        }).WaitAsync(Patience);
    }

    public async Task DisposeAsync()
    {
        // A browser that doesn't close must not keep the test process: it ends with its driver.
        if (_browser is not null)
        {
            await _browser.CloseAsync().WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _playwright?.Dispose();
    }

    /// <summary>A window that shares nothing with the others.</summary>
    public async Task<IPage> OpenAsync(int width = 1280, int height = 900)
    {
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return page;
    }

    /// <summary>Keeps a picture where DURABLEROUTER_TEST_SCREENSHOTS names a folder.</summary>
    public static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("DURABLEROUTER_TEST_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    static string? Installed()
    {
        string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin");
        return folders.SelectMany(_ => names, Path.Combine).FirstOrDefault(File.Exists);
    }
}
