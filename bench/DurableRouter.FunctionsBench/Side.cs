using System.Net.Http.Json;
using System.Text.Json;

namespace DurableRouter.FunctionsBench;

/// <summary>One of the two apps.</summary>
/// <param name="Folder">Where it is published.</param>
/// <param name="StartPath">Where runs are started.</param>
/// <param name="Start">The body that starts one.</param>
sealed record Side(string Name, string Title, string Folder, string StartPath, object Start)
{
    static readonly string Memo = File.ReadAllText(Workload("memo.txt"));

    public static readonly Side Plain = new("plain", "plain app", Published("plain"), "/api/documents", new { Text = Memo });

    public static readonly Side Router = new("router", "DurableRouter", Published("router"), "/api/pipelines/memo/runs", new { input = new { text = Memo } });

    /// <summary>A file of the workload.</summary>
    public static string Workload(string name) => Path.Combine(AppContext.BaseDirectory, "workload", name);

    /// <summary>Starts a run.</summary>
    /// <returns>Its id, which is that of its instance in the task hub.</returns>
    public async Task<string> StartAsync(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync(StartPath, Start);
        var body = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != 202)
        {
            throw new InvalidOperationException($"{Title} did not start a run: {(int)answer.StatusCode} {body}");
        }

        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>The settings of its process beside the host's own.</summary>
    /// <param name="storage">A connection string.</param>
    /// <param name="endpoint">Of all models.</param>
    /// <param name="folder">For what has to be written for it.</param>
    public IEnumerable<(string Name, string Value)> Settings(string storage, string endpoint, string folder)
    {
        if (Name == Plain.Name)
        {
            return [("MODEL_ENDPOINT", endpoint)];
        }

        var pipelines = Directory.CreateDirectory(Path.Combine(folder, "pipelines")).FullName;
        File.Copy(Workload("config/pipelines/memo.yaml"), Path.Combine(pipelines, "memo.yaml"), overwrite: true);
        File.Copy(Workload("config/routing.yaml"), Path.Combine(folder, "routing.yaml"), overwrite: true);
        File.WriteAllText(Path.Combine(folder, "models.yaml"), File.ReadAllText(Workload("config/models.yaml")).Replace("ENDPOINT\"", endpoint + "\"", StringComparison.Ordinal));
        return [("DurableRouterStorage", storage), ("DURABLEROUTER_CONFIG", folder), ("DURABLEROUTER_KEYLESS", "true")];
    }

    static string Published(string name) => Path.Combine(AppContext.BaseDirectory, "apps", name);
}
