using System.Diagnostics;

/// <summary>Runs in the worker process, before its own program: when the host dies, however it dies, its end of the worker's standard input
/// closes, and the worker is killed as the platform would.</summary>
/// <remarks>.NET calls a class of this name outside of any namespace for each assembly in <c>DOTNET_STARTUP_HOOKS</c>.</remarks>
sealed class StartupHook
{
    public static void Initialize()
    {
        // No child of the worker gets the hook.
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        var input = Console.OpenStandardInput();
        new Thread(() =>
        {
            while (input.ReadByte() >= 0)
            {
            }

            Process.GetCurrentProcess().Kill();
        })
        {
            IsBackground = true,
            Name = "host watch",
        }.Start();
    }
}
