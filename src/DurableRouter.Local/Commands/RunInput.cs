using System.Buffers;
using System.Text;
using System.Text.Json;
using DurableRouter.Http.Bodies;

namespace DurableRouter.Local.Commands;

/// <summary>Reads a run's input: JSON from a <c>.json</c> file, else text that becomes <c>input.text</c>.</summary>
static class RunInput
{
    /// <summary>What the HTTP interface takes at the most.</summary>
    const int MaxBytes = 1024 * 1024;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <exception cref="UsageException">The file can't be read, is too large, or is no text.</exception>
    public static async Task<JsonElement> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await BytesAsync(path, cancellationToken);
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return Text(path, bytes);
        }

        return StrictJson.TryParse(bytes.Span, out var input) is { } fault
            ? throw new UsageException($"{path}:{fault.Line + 1}:{fault.ByteInLine + 1}: the file {fault.What}. Correct it, or give a text file.")
            : input;
    }

    static JsonElement Text(string path, ReadOnlyMemory<byte> bytes)
    {
        // The first bytes tell formats that only look like text to nobody.
        if (bytes.Span.StartsWith("%PDF-"u8) || bytes.Span.StartsWith("PK\u0003\u0004"u8))
        {
            throw new UsageException($"{path}: PDF and Word files are not read. Convert it to text first, for example: pdftotext FILE.pdf FILE.txt");
        }

        string text;
        try
        {
            text = Strict.GetString(bytes.Span).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{path}: not UTF-8 text. Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE > FILE.txt");
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new UsageException($"{path}: there is no text in it.");
        }

        var buffer = new ArrayBufferWriter<byte>(bytes.Length + 64);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    static async Task<ReadOnlyMemory<byte>> BytesAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{path}: a folder. Give one file with --input FILE.");
        }

        if (path != "-" && !File.Exists(path))
        {
            throw new UsageException($"{path}: there is no such file. Give one with --input FILE, or - for standard input.");
        }

        await using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            read.Write(buffer, 0, count);
            if (read.Length > MaxBytes)
            {
                throw new UsageException($"{path}: more than {MaxBytes} bytes. Split the document and run its parts.");
            }
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }
}
