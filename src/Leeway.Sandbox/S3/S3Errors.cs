using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.S3;

/// <summary>Errors of S3 by their codes.</summary>
internal static class S3Errors
{
    public static ApiError NoSuchBucket(string bucket) => AwsErrors.Of(404, "NoSuchBucket", "The specified bucket does not exist", ("BucketName", bucket));

    public static ApiError NoSuchKey(string key) => AwsErrors.Of(404, "NoSuchKey", "The specified key does not exist.", ("Key", key));

    public static ApiError NoSuchUpload(string id) => AwsErrors.Of(404, "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", ("UploadId", id));

    public static ApiError Precondition(string condition) => AwsErrors.Of(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", ("Condition", condition));

    public static ApiError BadDigest(string header) => AwsErrors.Of(400, "BadDigest", $"The {header} you specified did not match the calculated checksum.");

    public static ApiError BadChunk { get; } = AwsErrors.Of(400, "IncompleteBody", "The request body is not well-formed aws-chunked content.");

    public static ApiError WrongLength { get; } = AwsErrors.Of(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");

    public static ApiError WrongHash { get; } = AwsErrors.Of(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");

    public static ApiError WrongChunkSignature { get; } = AwsErrors.Of(403, "SignatureDoesNotMatch", "The signature of a chunk or trailer does not match its content.");

    public static ApiError Invalid(string message) => AwsErrors.Of(400, "InvalidArgument", message);

    public static ApiError MalformedXml { get; } = AwsErrors.Of(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

    public static ApiError NotImplemented(string what) => AwsErrors.Of(501, "NotImplemented", $"The sandbox has no {what}.");
}
