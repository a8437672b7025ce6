import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Lets whatever a handler threw reach the transport as it is. Nest's own filter turns everything but an `RpcException` into
 * "Internal server error", and a refusal or an outage would arrive as a bug.
 */
@Catch()
export class BusExceptionFilter implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
