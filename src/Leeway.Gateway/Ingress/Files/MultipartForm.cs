using System.Text;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Leeway.Gateway.Ingress.Files;

/// <summary>
/// Reads a form with one file part by part, nothing of the file being held. Only multipart is taken: a body of another type could pretend to
/// be an upload that somebody else has read already.
/// </summary>
internal static class MultipartForm
{
    // RFC 2046 §5.1.1. A long boundary costs its length at every byte of the body.
    private const int MaxBoundary = 70;
    private const int MaxParts = 32;
    private const int MaxFieldBytes = 4 * 1024;
    private const int BufferBytes = 64 * 1024;

    /// <summary>Reads a form.</summary>
    /// <param name="request">Whose body it is.</param>
    /// <param name="fileField">The field that is the file.</param>
    /// <param name="takeField">Takes another field.</param>
    /// <param name="takeFile">Takes the file, its name first, and says what was wrong with it.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>Why it is refused, or null.</returns>
    public static async Task<Problem?> ReadAsync(
        HttpRequest request, string fileField, Action<string, string> takeField, Func<string, Stream, Task<Problem?>> takeFile, CancellationToken cancellationToken)
    {
        if (!TryFindBoundary(request, out string boundary, out Problem? problem))
        {
            return problem;
        }

        try
        {
            return await ReadPartsAsync(new MultipartReader(boundary, request.Body, BufferBytes), fileField, takeField, takeFile, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            return FileProblems.Form(null, $"The form cannot be read: {exception.Message}");
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            return FileProblems.Form(null, "The form ends before its closing boundary.");
        }
    }

    private static bool TryFindBoundary(HttpRequest request, out string boundary, out Problem? problem)
    {
        boundary = "";
        string? type = request.ContentType;
        if (!MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed) || !parsed.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            problem = new Problem
            {
                Code = "unsupported_media_type",
                Message = type is null ? "The body has no Content-Type." : $"The Content-Type is '{Short.Of(type)}'.",
                Field = "Content-Type",
                Value = type is null ? null : Short.Of(type),
                Remedy = "Send the file as multipart/form-data. Nothing was kept.",
            };
            return false;
        }

        boundary = HeaderUtilities.RemoveQuotes(parsed.Boundary).ToString();
        problem = boundary.Length is >= 1 and <= MaxBoundary
            ? null
            : FileProblems.Form("Content-Type", $"The boundary must have 1 to {MaxBoundary} characters (got {boundary.Length}).");
        return problem is null;
    }

    private static async Task<Problem?> ReadPartsAsync(
        MultipartReader reader, string fileField, Action<string, string> takeField, Func<string, Stream, Task<Problem?>> takeFile, CancellationToken cancellationToken)
    {
        bool hasFile = false;
        for (int parts = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; parts++)
        {
            if (parts == MaxParts)
            {
                return FileProblems.Form(null, $"The form has more than {MaxParts} parts.");
            }

            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition))
            {
                return FileProblems.Form(null, "A part has no readable Content-Disposition.");
            }

            string field = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (field == fileField)
            {
                Problem? refused = FileName.Of(disposition) is not { } name ? FileProblems.Form(field, $"The field '{field}' must be a file with a filename.")
                    : hasFile ? FileProblems.Form(field, $"The field '{field}' occurs twice.")
                    : await takeFile(name, section.Body);
                hasFile = true;
                if (refused is not null)
                {
                    return refused;
                }

                continue;
            }

            if (await ReadFieldAsync(section.Body, cancellationToken) is not { } value)
            {
                return FileProblems.Form(Short.Of(field), $"The field '{Short.Of(field)}' is longer than {MaxFieldBytes} bytes.");
            }

            takeField(field, value);
        }

        return hasFile ? null : FileProblems.Form(fileField, $"The field '{fileField}' is missing.");
    }

    private static async Task<string?> ReadFieldAsync(Stream source, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaxFieldBytes + 1];
        int length = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxFieldBytes ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }
}
