using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace DurableRouter.Local.Output;

/// <summary>Where a command writes: its result on standard output, progress and errors on standard error. Colour only on a terminal and
/// without NO_COLOR; nothing moves.</summary>
sealed class Terminal
{
    const int PlainWidth = 100;

    /// <summary>Lines of text in a file or pipe are not broken: ids and messages stay whole for whoever searches them.</summary>
    const int Unbroken = 10_000;

    static readonly JsonWriterOptions JsonOptions = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Terminal(bool json, bool quiet)
    {
        Json = json;
        Quiet = quiet;
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Out = Create(Console.Out, Console.IsOutputRedirected);
        Error = Create(Console.Error, Console.IsErrorRedirected);
    }

    /// <summary>One JSON object instead of text.</summary>
    public bool Json { get; }

    public bool Quiet { get; }

    public IAnsiConsole Out { get; }

    public IAnsiConsole Error { get; }

    /// <summary>Columns for results that are laid out.</summary>
    public int Width => Math.Min(Out.Profile.Width, PlainWidth);

    /// <summary>A line of progress in Spectre markup; nothing with --quiet.</summary>
    public void Progress(string markup)
    {
        if (!Quiet)
        {
            Error.MarkupLine(markup);
        }
    }

    public void WriteJson(Action<Utf8JsonWriter> write)
    {
        using var stdout = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stdout, JsonOptions))
        {
            write(json);
        }

        stdout.WriteByte((byte)'\n');
    }

    /// <summary>Says why nothing came of the command: as text on standard error, and with --json as the one object too.</summary>
    /// <returns><paramref name="exitCode"/>.</returns>
    public int Refuse(string code, string message, int exitCode)
    {
        Error.MarkupLine($"[red]error[/] ({Markup.Escape(code)}): {Escape(message)}");
        if (Json)
        {
            WriteError(code, message);
        }

        return exitCode;
    }

    /// <summary>The one object on standard output that stands for an error.</summary>
    public void WriteError(string code, string message) => WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Foreign text inside markup.</summary>
    public static string Escape(string text) => Markup.Escape(SafeText.Of(text));

    static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var plain = redirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (redirected)
        {
            console.Profile.Width = Unbroken;
        }

        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
