/** A refusal in the shape of the OpenAI API: `{"error": {message, type, param, code}}`. */
export interface ApiError {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** The refusal of a request that is wrong in itself. */
export const badRequest = (message: string, param: string | null = null, code: string | null = null): ApiError => ({
  status: 400,
  message,
  type: "invalid_request_error",
  param,
  code,
});

/** The HTTP answer that carries a refusal. */
export function errorResponse(error: ApiError, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, ...rest } = error;
  return Response.json({ error: rest }, { status, headers });
}
