using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Aws;

/// <summary>
/// Errors of AWS's APIs: the type is what REST-JSON services put into <c>x-amzn-ErrorType</c> and S3 into <c>Code</c>.
/// </summary>
internal static class AwsErrors
{
    public static ApiError Throttled { get; } = Of(429, "ThrottlingException", "Too many requests, please wait before trying again.");

    public static ApiError NotAnObject { get; } = Of(400, "SerializationException", "The request body is not a JSON object.");

    public static ApiError Of(int status, string type, string message, params (string Name, object Value)[] members) => new(status, message, type) { Members = members };

    public static ApiError Validation(string message) => Of(400, "ValidationException", message);

    /// <summary>A member that breaks its constraint, in the words of every AWS service.</summary>
    public static ApiError Constraint(string member, string value, string constraint) =>
        Validation($"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}");

    public static ApiError Missing(string member) =>
        Validation($"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null");

    /// <summary>Of the side of the service or of the model behind it.</summary>
    public static ApiError OfServer(int status) => status switch
    {
        408 => Of(status, "ModelTimeoutException", "The model took too long to answer."),
        424 => Of(status, "ModelErrorException", "The model returned an error.", ("originalStatusCode", 500), ("resourceName", "sandbox")),
        429 => Of(status, "ModelNotReadyException", "The model is not ready. Try again."),
        503 => Of(status, "ServiceUnavailableException", "The service is temporarily unable to process the request."),
        _ => Of(status, "InternalServerException", "The server had an error while processing your request."),
    };

    /// <summary>The error as one service names it.</summary>
    /// <param name="service">The scope's name; null is none the sandbox knows.</param>
    public static ApiError In(ApiError error, string? service) => (service, error.Type) switch
    {
        ("s3", "ThrottlingException") => error with { Status = 503, Type = "SlowDown", Message = "Please reduce your request rate." },
        ("s3", "InternalServerException") => error with { Type = "InternalError" },
        ("s3", "ServiceUnavailableException") => error with { Type = "ServiceUnavailable" },
        ("sagemaker", "ThrottlingException") => error with { Status = 400 },
        ("sagemaker", "InternalServerException") => error with { Type = "InternalFailure" },
        ("sagemaker", "ServiceUnavailableException") => error with { Type = "ServiceUnavailable" },
        ("sagemaker", "ModelErrorException") => Model("Received server error (500) from primary with message \"the container failed\".", 500, "the container failed"),
        ("lambda", "ThrottlingException") => error with
        {
            Type = "TooManyRequestsException",
            Message = "Rate Exceeded.",
            Members = [("Reason", "ReservedFunctionConcurrentInvocationLimitExceeded")],
        },
        ("lambda", "InternalServerException") => error with { Type = "ServiceException", Members = [("Type", "Service")] },
        (_, "invalid_request_error") => error with { Type = error.Status == 404 ? "UnknownOperationException" : "ValidationException" },
        _ => error,
    };

    /// <summary>The error of the container behind a SageMaker endpoint, with what it said.</summary>
    public static ApiError Model(string message, int status, string said) => Of(424, "ModelError", message,
        ("ErrorCode", status >= 500 ? "SERVER_ERROR_FROM_MODEL" : "CLIENT_ERROR_FROM_MODEL"), ("OriginalMessage", said), ("OriginalStatusCode", status));
}
