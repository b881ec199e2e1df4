using System.Diagnostics;
using DurableRouter.PlantedFaults;
using Microsoft.Extensions.Hosting;

/// <summary>Runs in the app's process before its own program, and changes the app's services when its host is about to be built.</summary>
/// <remarks>.NET calls a class of this name outside of any namespace for each assembly in <c>DOTNET_STARTUP_HOOKS</c>. Hosts announce
/// themselves on the diagnostic source of <c>Microsoft.Extensions.Hosting</c>, by which test servers and design-time tools reach into them
/// too.</remarks>
sealed class StartupHook : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new StartupHook());

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == "HostBuilding" && value.Value is IHostBuilder host)
        {
            host.ConfigureServices((_, services) => services.Change());
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
