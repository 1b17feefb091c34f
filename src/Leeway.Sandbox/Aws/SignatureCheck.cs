using System.Security.Cryptography;
using System.Text;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Aws;

/// <summary>Computes a call's signature anew and compares. What it refuses, it refuses in the words of the service.</summary>
internal sealed class SignatureCheck(AwsOptions options)
{
    private readonly TimeProvider _clock = options.SigningClock ?? TimeProvider.System;

    /// <param name="payload">Hash of the body, or the word that stands for it.</param>
    /// <param name="service">What the call's path belongs to; null takes any.</param>
    public ApiError? Refusal(HttpRequest request, Signature signature, string payload, string? service)
    {
        var isS3 = signature.Service == "s3";
        if (signature.AccessKey != options.AccessKey)
        {
            return isS3
                ? AwsErrors.Of(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
                : AwsErrors.Of(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
        }

        if (service is not null && signature.Service != service)
        {
            return AwsErrors.Of(403, "InvalidSignatureException", $"Credential should be scoped to correct service: '{service}'.");
        }

        if (RefusalOfDate(signature, isS3) is { } late)
        {
            return late;
        }

        if (RefusalOfHeaders(request, signature, isS3) is { } open)
        {
            return open;
        }

        var canonical = CanonicalRequest.Of(request, signature, payload);
        var text = $"{Signature.Algorithm}\n{signature.At}\n{signature.Scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var expected = new SigningKey(options.SecretKey, signature).Sign(text);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature.Value)) ? null
            : isS3 ? AwsErrors.Of(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
                ("StringToSign", text), ("CanonicalRequest", canonical))
            : AwsErrors.Of(403, "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
                + $"The Canonical String for this request should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{text}'");
    }

    private ApiError? RefusalOfDate(Signature signature, bool isS3)
    {
        if (Signature.ParseDate(signature.At) is not { } at)
        {
            return isS3
                ? AwsErrors.Of(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
                : AwsErrors.Of(403, "IncompleteSignatureException", "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }

        if (!signature.At!.StartsWith(signature.Date, StringComparison.Ordinal))
        {
            return isS3
                ? AwsErrors.Of(403, "SignatureDoesNotMatch", $"Invalid credential date \"{signature.Date}\". This date is not the same as X-Amz-Date: \"{signature.At}\".")
                : AwsErrors.Of(403, "InvalidSignatureException", $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{signature.Date}' != '{signature.At}'.");
        }

        var now = _clock.GetUtcNow();
        if (signature.Expires is { } expires && now > at + expires)
        {
            return AwsErrors.Of(403, "AccessDenied", "Request has expired");
        }

        var skewed = at - now > options.MaxSkew || (!signature.IsPresigned && now - at > options.MaxSkew);
        return !skewed ? null
            : isS3 ? AwsErrors.Of(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
                ("RequestTime", signature.At), ("ServerTime", AwsInstants.Iso(now)), ("MaxAllowedSkewMilliseconds", (long)options.MaxSkew.TotalMilliseconds))
            : AwsErrors.Of(403, "InvalidSignatureException", at < now
                ? $"Signature expired: {signature.At} is now earlier than {AwsInstants.Basic(now - options.MaxSkew)} ({AwsInstants.Basic(now)} - {options.MaxSkew.TotalMinutes:0} min.)"
                : $"Signature not yet current: {signature.At} is still later than {AwsInstants.Basic(now + options.MaxSkew)} ({AwsInstants.Basic(now)} + {options.MaxSkew.TotalMinutes:0} min.)");
    }

    /// <summary>The host and every <c>x-amz-</c> header that came must be signed, or a signature could be moved to another call.</summary>
    private static ApiError? RefusalOfHeaders(HttpRequest request, Signature signature, bool isS3)
    {
        var open = request.Headers.Keys.Select(name => name.ToLowerInvariant())
            .Where(name => name == "host" || (isS3 && name.StartsWith("x-amz-", StringComparison.Ordinal)))
            .FirstOrDefault(name => !signature.SignedHeaders.Contains(name));
        return open is null ? null
            : isS3 ? AwsErrors.Of(403, "AccessDenied", "There were headers present in the request which were not signed", ("HeadersNotSigned", open))
            : AwsErrors.Of(403, "InvalidSignatureException", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
}
